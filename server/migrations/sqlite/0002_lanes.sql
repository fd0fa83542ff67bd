-- Lanes of results that have any, by the result's key: those of all its models in one bundle. They stand apart, so that neither a
-- list nor a page reads any.
CREATE TABLE result_lanes (
    key INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
