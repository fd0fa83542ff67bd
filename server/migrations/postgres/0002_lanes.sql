-- Lanes of results that have any, by the result's key: those of all its models in one bundle. They stand apart, so that neither a
-- list nor a page reads any.
CREATE TABLE result_lanes (
    key BIGINT PRIMARY KEY,
    bytes BYTEA NOT NULL
);

-- It has its own form, which is small.
ALTER TABLE result_lanes ALTER COLUMN bytes SET STORAGE EXTERNAL;
