select _line, _key, _key as source_id, name as agent from records
