-- Everything the backend keeps. Ids are UUIDs as lower-case text, times are milliseconds since 1970
-- (UTC), so that the same statements hold on another SQL database. Records that a client may hold
-- are never deleted from a table: `deleted` keeps their version moving forward.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- One row per start of the program. A cursor names the start it was made in; a copy of the database
-- that went another way since then does not know that start, or had fewer changes at its end.
CREATE TABLE boot (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    token      BLOB    NOT NULL,
    total      INTEGER NOT NULL,
    started_at INTEGER NOT NULL
);

CREATE TABLE customer (
    id          TEXT PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    card        TEXT,
    version     INTEGER NOT NULL,
    said_at     INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);

CREATE TABLE user (
    id            TEXT PRIMARY KEY NOT NULL,
    customer_id   TEXT REFERENCES customer (id),
    name          TEXT NOT NULL,
    login         TEXT NOT NULL COLLATE NOCASE UNIQUE,
    email         TEXT,
    phone         TEXT,
    role          TEXT NOT NULL
        CHECK (role IN ('customer_user', 'customer_manager', 'brm', 'agent', 'administrator')),
    password_hash TEXT,
    version       INTEGER NOT NULL,
    said_at       INTEGER NOT NULL,
    received_at   INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);
CREATE INDEX user_by_customer ON user (customer_id);

-- Which customers' relationship a BRM manages.
CREATE TABLE assignment (
    user_id     TEXT NOT NULL REFERENCES user (id),
    customer_id TEXT NOT NULL REFERENCES customer (id),
    PRIMARY KEY (user_id, customer_id)
) WITHOUT ROWID;
CREATE INDEX assignment_by_customer ON assignment (customer_id);

CREATE TABLE service (
    id          TEXT PRIMARY KEY NOT NULL,
    body        TEXT NOT NULL,
    deleted     INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL,
    said_at     INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);

CREATE TABLE form (
    id          TEXT PRIMARY KEY NOT NULL,
    service_id  TEXT,
    body        TEXT NOT NULL,
    deleted     INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL,
    said_at     INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE INDEX form_by_service ON form (service_id);

CREATE TABLE announcement (
    id          TEXT PRIMARY KEY NOT NULL,
    body        TEXT NOT NULL,
    deleted     INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL,
    said_at     INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);

-- `service_id` and `form_id` are no foreign keys: a ticket outlives the catalogue entry.
CREATE TABLE ticket (
    id              TEXT PRIMARY KEY NOT NULL,
    number          TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    state           TEXT NOT NULL,
    subject         TEXT NOT NULL,
    description     TEXT NOT NULL,
    customer_id     TEXT NOT NULL REFERENCES customer (id),
    requester_id    TEXT NOT NULL REFERENCES user (id),
    assignee_id     TEXT REFERENCES user (id),
    author_id       TEXT NOT NULL REFERENCES user (id),
    service_id      TEXT,
    form_id         TEXT,
    answers         TEXT NOT NULL DEFAULT '[]',
    impact          TEXT,
    urgency         TEXT,
    priority        TEXT,
    last_comment_id TEXT,
    content_hash    BLOB NOT NULL,
    version         INTEGER NOT NULL,
    said_at         INTEGER NOT NULL,
    received_at     INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
);
CREATE INDEX ticket_by_customer ON ticket (customer_id);
CREATE INDEX ticket_by_requester ON ticket (requester_id);

CREATE TABLE comment (
    id           TEXT PRIMARY KEY NOT NULL,
    ticket_id    TEXT NOT NULL REFERENCES ticket (id),
    author_id    TEXT NOT NULL REFERENCES user (id),
    author_role  TEXT NOT NULL,
    text         TEXT NOT NULL,
    internal     INTEGER NOT NULL DEFAULT 0,
    content_hash BLOB NOT NULL,
    version      INTEGER NOT NULL,
    said_at      INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX comment_by_ticket ON comment (ticket_id);

CREATE TABLE attachment (
    id          TEXT PRIMARY KEY NOT NULL,
    ticket_id   TEXT NOT NULL REFERENCES ticket (id),
    comment_id  TEXT REFERENCES comment (id),
    name        TEXT NOT NULL,
    media_type  TEXT NOT NULL,
    size        INTEGER NOT NULL,
    sha256      TEXT NOT NULL,
    by_id       TEXT NOT NULL REFERENCES user (id),
    version     INTEGER NOT NULL,
    said_at     INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE INDEX attachment_by_ticket ON attachment (ticket_id);
CREATE INDEX attachment_by_comment ON attachment (comment_id);

CREATE TABLE ticket_change (
    id          TEXT PRIMARY KEY NOT NULL,
    ticket_id   TEXT NOT NULL REFERENCES ticket (id),
    by_id       TEXT REFERENCES user (id),
    at          INTEGER NOT NULL,
    field       TEXT NOT NULL,
    from_value  TEXT,
    to_value    TEXT,
    note        TEXT,
    version     INTEGER NOT NULL,
    said_at     INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE INDEX ticket_change_by_ticket ON ticket_change (ticket_id);

-- Only the hash of a session's token is kept, so that a copied database opens no session.
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY NOT NULL,
    user_id    TEXT NOT NULL REFERENCES user (id),
    bearer     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_by_expiry ON session (expires_at);

-- The answer to a write, kept in the transaction of its effect.
CREATE TABLE idempotency (
    user_id     TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status      INTEGER NOT NULL,
    headers     TEXT NOT NULL,
    body        BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- The change counter: one row per customer, and '' for what belongs to none. It is raised in the
-- transaction of a change, so the order of the numbers is the order of the commits.
CREATE TABLE scope (
    id      TEXT PRIMARY KEY NOT NULL,
    counter INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO scope (id, counter) VALUES ('', 0);

-- A key opens records; users hold keys (view `user_key`), records lie under keys (views `sight_of_…`).
CREATE TABLE sight_key (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    class  TEXT NOT NULL,
    scope  TEXT NOT NULL,
    person TEXT NOT NULL,
    UNIQUE (class, scope, person)
);
CREATE INDEX sight_key_by_person ON sight_key (person) WHERE person <> '';

-- The record `id` lies under `key` (gone = 0) or did so (gone = 1). `seq` is the scope's counter at
-- the record's last change, `first_seq` the one at which it first came under the key.
CREATE TABLE sight (
    kind      TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    key       INTEGER NOT NULL REFERENCES sight_key (id),
    level     INTEGER NOT NULL DEFAULT 0,
    seq       INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    gone      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id, key)
) WITHOUT ROWID;
CREATE INDEX sight_by_seq ON sight (key, seq);
CREATE INDEX sight_by_kind ON sight (key, kind, id) WHERE gone = 0;
