-- What runs the program itself; kept on the coordinator.

-- @local: Settings of the installation
CREATE TABLE setting (
    name TEXT NOT NULL, -- name of the setting
    value TEXT NOT NULL, -- its value
    changed_at TIMESTAMPTZ NOT NULL, -- when
    changed_by TEXT NOT NULL, -- who
    PRIMARY KEY (name)
);

-- @local: Sessions of browsers; the token itself is never stored
CREATE TABLE session (
    token_hash BYTEA NOT NULL, -- SM3 of the token
    person BIGINT, -- logged in as this person
    staff BIGINT, -- or as this member of staff
    portal TEXT NOT NULL, -- student, co, county …
    csrf TEXT NOT NULL, -- secret of its forms
    created_at TIMESTAMPTZ NOT NULL, -- when
    seen_at TIMESTAMPTZ NOT NULL, -- last request
    expires_at TIMESTAMPTZ NOT NULL, -- absolute end
    stepped_up_at TIMESTAMPTZ, -- last time the person proved himself again
    agent TEXT NOT NULL, -- browser, shortened
    detail TEXT NOT NULL, -- JSON
    PRIMARY KEY (token_hash)
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_staff ON session (staff);

-- @local: Leases of workers; a dead worker's lease runs out
CREATE TABLE lease (
    name TEXT NOT NULL, -- what is leased
    token BYTEA NOT NULL, -- proof of the holder
    holder TEXT NOT NULL, -- who
    until TIMESTAMPTZ NOT NULL, -- end
    PRIMARY KEY (name)
);

-- @local: Work to be done later, enqueued in the transaction that causes it
CREATE TABLE job (
    job TEXT NOT NULL, -- id, ordered by time
    kind TEXT NOT NULL, -- what to do
    payload TEXT NOT NULL, -- JSON
    run_at TIMESTAMPTZ NOT NULL, -- not before
    attempts BIGINT NOT NULL, -- how often it was begun
    lease_token BYTEA, -- proof of the worker that has it
    lease_until TIMESTAMPTZ, -- until when
    done_at TIMESTAMPTZ, -- finished
    failure TEXT, -- what the last attempt said
    PRIMARY KEY (job)
);
CREATE INDEX job_due ON job (done_at, run_at);

-- @local: Answers already given, so that a repeated request gets the same one
CREATE TABLE idempotency (
    actor TEXT NOT NULL, -- who asked
    key TEXT NOT NULL, -- the key of the request
    digest_index BYTEA NOT NULL, -- blind index of what was asked
    answer_cipher BYTEA NOT NULL, -- what was answered, sealed: it may hold a code
    at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- @local: Counts of attempts per window, for limits
CREATE TABLE rate_count (
    name TEXT NOT NULL, -- what is limited, without personal data
    window_at TIMESTAMPTZ NOT NULL, -- begin of the window
    value BIGINT NOT NULL, -- how many
    PRIMARY KEY (name, window_at)
);

-- @local append-only: The daily root over the heads of all chains, exported and signed
CREATE TABLE audit_root (
    seq BIGINT NOT NULL, -- 1, 2, 3 … without a gap
    on_day DATE NOT NULL, -- business date it closes
    heads TEXT NOT NULL, -- chains that grew since the root before: book, last seq and its hash, a line each
    root BYTEA NOT NULL, -- SM3 over the root before, seq, day and heads
    line TEXT NOT NULL, -- the exported line with its SM2 signature
    made_at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (seq)
);
