-- What an office owns across books: its lists, and the files and batches it exchanges.

-- @owner: What a school sees of the applications of its students
CREATE TABLE school_case (
    owner BIGINT NOT NULL, -- office of the school
    book BIGINT NOT NULL, -- where the application is
    application BIGINT NOT NULL, -- which
    number TEXT NOT NULL, -- number shown to people
    student_name TEXT NOT NULL, -- name
    id_tail BYTEA NOT NULL, -- blind index of the last four of the ID number, for this school only
    college TEXT, -- faculty and class
    academic_year BIGINT NOT NULL, -- year
    amount_fen BIGINT NOT NULL, -- amount of the loan
    code_index BYTEA, -- blind index of the receipt code
    status TEXT NOT NULL, -- index of the state as the school sees it
    receipt_due_on DATE, -- last day for the receipt
    entered_on DATE, -- day the receipt was entered
    owed_fen BIGINT, -- fees owed as entered
    arrived_fen BIGINT, -- money that reached the school
    arrived_on DATE, -- when
    contract BIGINT, -- contract once signed
    changed_at TIMESTAMPTZ NOT NULL, -- last change
    PRIMARY KEY (owner, book, application)
);
CREATE INDEX school_case_status ON school_case (owner, status);
CREATE INDEX school_case_code ON school_case (owner, code_index);
CREATE INDEX school_case_name ON school_case (owner, student_name);

-- @owner: What a bank branch sees of the applications it decides on
CREATE TABLE bank_case (
    owner BIGINT NOT NULL, -- office of the branch
    book BIGINT NOT NULL, -- where the application is
    application BIGINT NOT NULL, -- which
    contract BIGINT NOT NULL, -- contract to decide on
    number TEXT NOT NULL, -- contract number shown to people
    student_name TEXT NOT NULL, -- name
    school_code TEXT NOT NULL, -- where the borrower studies
    academic_year BIGINT NOT NULL, -- year
    amount_fen BIGINT NOT NULL, -- amount of the loan
    to_school_fen BIGINT NOT NULL, -- part that goes to the school
    status TEXT NOT NULL, -- index of the state as the bank sees it
    batch TEXT, -- batch it was put into
    changed_at TIMESTAMPTZ NOT NULL, -- last change
    PRIMARY KEY (owner, book, application)
);
CREATE INDEX bank_case_status ON bank_case (owner, status);

-- @owner: Batches and files made or received by an office
CREATE TABLE batch (
    owner BIGINT NOT NULL, -- the office
    batch TEXT NOT NULL, -- number of the batch
    kind TEXT NOT NULL, -- disbursement, debit, tuition, import …
    on_day DATE NOT NULL, -- business date it is for
    row_count BIGINT NOT NULL, -- rows
    total_fen BIGINT NOT NULL, -- sum of the rows
    to_school_fen BIGINT NOT NULL, -- of it, for schools
    digest TEXT NOT NULL, -- SM3 of exactly what was made; an edit changes it
    made_by TEXT NOT NULL, -- maker
    made_at TIMESTAMPTZ NOT NULL, -- when
    status TEXT NOT NULL, -- index of the state
    checked_by TEXT, -- checker, never the maker
    checked_digest TEXT, -- the digest the checker saw
    checked_at TIMESTAMPTZ, -- when
    serial TEXT, -- the platform's own number of it
    detail TEXT NOT NULL, -- JSON
    finished_at TIMESTAMPTZ, -- when the last row was done
    PRIMARY KEY (owner, batch)
);
CREATE INDEX batch_status ON batch (owner, kind, status);

-- @owner: Rows of a batch; each one is a single repeatable act in one book
CREATE TABLE batch_row (
    owner BIGINT NOT NULL, -- the office
    batch TEXT NOT NULL, -- the batch
    row_no BIGINT NOT NULL, -- 1, 2, 3 …
    book BIGINT, -- where it acts
    application BIGINT, -- on which application
    contract BIGINT, -- on which contract
    amount_fen BIGINT NOT NULL, -- amount of the row
    to_school_fen BIGINT NOT NULL, -- of it, for the school
    trade_no TEXT, -- our number at the platform
    detail TEXT NOT NULL, -- JSON: the row as received
    result TEXT, -- done, refused or failed; empty while open
    reason TEXT, -- why refused or failed
    done_at TIMESTAMPTZ, -- when
    PRIMARY KEY (owner, batch, row_no),
    FOREIGN KEY (owner, batch) REFERENCES batch (owner, batch)
);
CREATE INDEX batch_row_trade ON batch_row (owner, trade_no);

-- @owner: Every order given to, and every payment told by, a payment platform
CREATE TABLE trade (
    owner BIGINT NOT NULL, -- office of the platform
    trade_no TEXT NOT NULL, -- our number, or the platform's for money that came by itself
    direction TEXT NOT NULL, -- out or in
    kind TEXT NOT NULL, -- payout, debit, top_up, repayment, refund
    book BIGINT, -- where it acts
    contract BIGINT, -- on which contract
    person BIGINT, -- whose account
    amount_fen BIGINT NOT NULL, -- amount asked or told
    digest TEXT NOT NULL, -- SM3 of the request; the same number with another digest is refused
    asked_at TIMESTAMPTZ NOT NULL, -- when it was recorded, before it was sent
    on_day DATE NOT NULL, -- business date
    state TEXT NOT NULL, -- pending, success or failed; success never goes back
    moved_fen BIGINT NOT NULL, -- amount that really moved
    partner_no TEXT, -- the platform's number
    answered_at TIMESTAMPTZ, -- when the outcome was known
    value_on DATE, -- day the money moved by the platform's word
    detail TEXT NOT NULL, -- JSON
    PRIMARY KEY (owner, trade_no)
);
CREATE INDEX trade_state ON trade (owner, state);
CREATE INDEX trade_day ON trade (owner, on_day);

-- @owner: Messages exchanged with partners, as they were
CREATE TABLE wire_message (
    owner BIGINT NOT NULL, -- office of the partner
    message TEXT NOT NULL, -- id, ordered by time
    direction TEXT NOT NULL, -- in or out
    raw_cipher BYTEA NOT NULL, -- raw bytes, sealed with the system's key
    verdict TEXT NOT NULL, -- accepted, or the name of the refusal
    trade_no TEXT, -- trade it is about
    at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (owner, message)
);
CREATE INDEX wire_message_trade ON wire_message (owner, trade_no);

-- @owner: Differences found between the platform's daily file, the ledger and the bank
CREATE TABLE reconciliation (
    owner BIGINT NOT NULL, -- office of the platform
    on_day DATE NOT NULL, -- day of the file
    trade_no TEXT NOT NULL, -- the trade
    class TEXT NOT NULL, -- matched, long, short, amount or state
    ours_fen BIGINT, -- amount in our books
    theirs_fen BIGINT, -- amount in the file
    found_at TIMESTAMPTZ NOT NULL, -- when
    resolved_by TEXT, -- who settled the difference
    resolved_on DATE, -- when
    note TEXT NOT NULL, -- how
    PRIMARY KEY (owner, on_day, trade_no)
);

-- @owner: Loan money that reached a school
CREATE TABLE school_arrival (
    owner BIGINT NOT NULL, -- office of the school
    serial TEXT NOT NULL, -- 批次流水号
    row_no BIGINT NOT NULL, -- row in it
    book BIGINT NOT NULL, -- where the application is
    application BIGINT NOT NULL, -- which
    amount_fen BIGINT NOT NULL, -- money for the school
    arrived_on DATE NOT NULL, -- business date
    matched_by TEXT, -- who confirmed it
    matched_at TIMESTAMPTZ, -- when
    PRIMARY KEY (owner, serial, row_no)
);

-- @owner: Fee receipts a school gives out
CREATE TABLE tuition_receipt (
    owner BIGINT NOT NULL, -- office of the school
    receipt BIGINT NOT NULL, -- number
    book BIGINT NOT NULL, -- where the application is
    application BIGINT NOT NULL, -- which
    kind TEXT NOT NULL, -- tuition, lodging or refund
    amount_fen BIGINT NOT NULL, -- amount
    given_by TEXT NOT NULL, -- who
    given_on DATE NOT NULL, -- business date
    PRIMARY KEY (owner, receipt)
);

-- @owner: Last number given out per kind of number of an office
CREATE TABLE owner_counter (
    owner BIGINT NOT NULL, -- whose numbers
    name TEXT NOT NULL, -- kind of number
    value BIGINT NOT NULL, -- the last one
    PRIMARY KEY (owner, name)
);
