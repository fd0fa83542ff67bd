-- What is kept. The other folder has the same for PostgreSQL: the statements of `server/src/store` are written for both.

-- What results are looked for by, each text once: a workload, a model, a machine.
CREATE TABLE name (
    key INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (kind, text)
) STRICT;

-- What every result has.
INSERT INTO name (key, kind, text) VALUES (0, 0, '');

-- `key` is the time at which it was saved and, in its last twenty bits, what tells apart the results of a millisecond: the
-- newest has the largest. What is long stands last, so that a list reads none of it.
CREATE TABLE result (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    workload TEXT NOT NULL,
    models TEXT NOT NULL,
    machine TEXT NOT NULL,
    sentence TEXT NOT NULL,
    submitted_ms INTEGER NOT NULL,
    saved_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    published INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    capsule BLOB NOT NULL
) STRICT;

CREATE INDEX result_that_expires ON result (expires_ms) WHERE expires_ms IS NOT NULL;

-- A row for each name of a result. `label` is twice the name's key, and one more if the result is published: a page of either
-- kind, with any name, is one stretch of this tree.
CREATE TABLE result_label (
    label INTEGER NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (label, key)
) STRICT, WITHOUT ROWID;

-- Runs that are over. `form` is what `text` is, compressed: 2, a log of version 2, an event a line.
CREATE TABLE run (
    id TEXT NOT NULL PRIMARY KEY,
    submitted_ms INTEGER NOT NULL,
    form INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    text BLOB NOT NULL
) STRICT;
