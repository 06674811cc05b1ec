"""Google Sheets: one range of a spreadsheet as rows of one entity, by a mapping that a person writes."""
