"""Tables and views of any PostgreSQL or MySQL database, by a mapping that a person writes."""
