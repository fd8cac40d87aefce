-- What belongs to one loan book. Every key and every foreign key begins with `book`.

-- @book: Last number given out per kind of number
CREATE TABLE counter (
    book BIGINT NOT NULL, -- whose numbers
    name TEXT NOT NULL, -- application, contract, paper, ticket:2026-08-03 …
    value BIGINT NOT NULL, -- the last one
    PRIMARY KEY (book, name)
);

-- @book: One application of one student for one academic year
CREATE TABLE application (
    book BIGINT NOT NULL, -- the book
    application BIGINT NOT NULL, -- number inside the book
    number TEXT NOT NULL, -- number shown to people
    person BIGINT NOT NULL, -- the student
    co_person BIGINT, -- the co-borrower, once known
    academic_year BIGINT NOT NULL, -- year the academic year begins in
    scheme TEXT NOT NULL, -- origin or campus
    kind TEXT NOT NULL, -- first or renewal
    policy_on DATE NOT NULL, -- day whose rules it is judged by
    created_at TIMESTAMPTZ NOT NULL, -- when the draft was opened
    student_name TEXT NOT NULL, -- for the desk's search
    co_name TEXT, -- for the desk's search
    id_tail BYTEA NOT NULL, -- blind index of the last four of the student's ID number, in this book only
    phone_tail BYTEA, -- blind index of the last four of the phone, in this book only
    school_code TEXT, -- where the student studies
    college TEXT, -- faculty and class as the student wrote it
    amount_fen BIGINT, -- asked for
    tuition_fen BIGINT, -- tuition of the year
    lodging_fen BIGINT, -- lodging of the year
    graduates_in BIGINT, -- year of graduation
    matures_in BIGINT, -- year of maturity
    answers_cipher BYTEA, -- the form's answers as JSON, sealed with the student's key
    status TEXT NOT NULL, -- index of the state computed from facts
    changed_at TIMESTAMPTZ NOT NULL, -- last change
    PRIMARY KEY (book, application),
    UNIQUE (book, number)
);
CREATE INDEX application_status ON application (book, status);
CREATE INDEX application_person ON application (book, person);
CREATE INDEX application_co_person ON application (book, co_person);
CREATE INDEX application_name ON application (book, student_name);
CREATE INDEX application_id_tail ON application (book, id_tail);
CREATE INDEX application_phone_tail ON application (book, phone_tail);

-- @book append-only: Dated facts; the state of an application, a contract, a request is the fold of its facts
CREATE TABLE fact (
    book BIGINT NOT NULL, -- the book
    subject TEXT NOT NULL, -- application, contract, request, visit …
    subject_id BIGINT NOT NULL, -- which
    seq BIGINT NOT NULL, -- 1, 2, 3 … without a gap
    kind TEXT NOT NULL, -- what happened
    on_day DATE NOT NULL, -- business date
    at TIMESTAMPTZ NOT NULL, -- instant of recording
    actor TEXT NOT NULL, -- who
    detail TEXT NOT NULL, -- JSON
    record BYTEA NOT NULL, -- audit record that answers for the row
    tag BYTEA NOT NULL, -- keyed digest of the row
    PRIMARY KEY (book, subject, subject_id, seq)
);

-- @book: Materials ticked at the desk
CREATE TABLE material_tick (
    book BIGINT NOT NULL, -- the book
    application BIGINT NOT NULL, -- of which application
    material TEXT NOT NULL, -- code of the material
    copies BIGINT NOT NULL, -- how many
    note TEXT NOT NULL, -- what the clerk wrote
    ticked_by TEXT NOT NULL, -- who
    ticked_at TIMESTAMPTZ NOT NULL, -- when
    on_day DATE NOT NULL, -- business date
    PRIMARY KEY (book, application, material),
    FOREIGN KEY (book, application) REFERENCES application (book, application)
);

-- @book: Opening of a counter for appointments
CREATE TABLE appointment_slot (
    book BIGINT NOT NULL, -- the book
    on_day DATE NOT NULL, -- the day
    slot TEXT NOT NULL, -- such as 09:00
    capacity BIGINT NOT NULL, -- how many may come
    booked BIGINT NOT NULL, -- how many will come
    PRIMARY KEY (book, on_day, slot),
    CHECK (booked >= 0 AND booked <= capacity)
);

-- @book: Visits to the counter, booked or walked in
CREATE TABLE visit (
    book BIGINT NOT NULL, -- the book
    visit BIGINT NOT NULL, -- number inside the book
    person BIGINT, -- who comes, when known
    application BIGINT, -- about which application
    business TEXT NOT NULL, -- what for
    on_day DATE NOT NULL, -- the day
    slot TEXT, -- the slot booked
    ticket TEXT, -- number on the screen
    status TEXT NOT NULL, -- booked, waiting, called, done, missed or cancelled
    counter TEXT, -- desk that called
    booked_at TIMESTAMPTZ NOT NULL, -- when
    arrived_at TIMESTAMPTZ, -- when
    called_at TIMESTAMPTZ, -- when
    done_at TIMESTAMPTZ, -- when
    PRIMARY KEY (book, visit)
);
CREATE INDEX visit_day ON visit (book, on_day, status);
CREATE INDEX visit_person ON visit (book, person);

-- @book: 受理证明 with its receipt code
CREATE TABLE certificate (
    book BIGINT NOT NULL, -- the book
    application BIGINT NOT NULL, -- of which application
    version BIGINT NOT NULL, -- 1, or more after a correction
    code_index BYTEA NOT NULL, -- blind index of the receipt code
    code_cipher BYTEA NOT NULL, -- receipt code, sealed with the student's key
    first_password_cipher BYTEA, -- first password of the payment account, sealed
    issued_by TEXT NOT NULL, -- who
    issued_on DATE NOT NULL, -- business date
    issued_at TIMESTAMPTZ NOT NULL, -- when
    voided_at TIMESTAMPTZ, -- when it was replaced or cancelled
    PRIMARY KEY (book, application, version),
    FOREIGN KEY (book, application) REFERENCES application (book, application)
);
CREATE INDEX certificate_code ON certificate (code_index);

-- @book: 回执 entered by the school
CREATE TABLE receipt (
    book BIGINT NOT NULL, -- the book
    application BIGINT NOT NULL, -- of which application
    certificate BIGINT NOT NULL, -- version of the certificate whose code was used
    school_code TEXT NOT NULL, -- the school
    owed_tuition_fen BIGINT NOT NULL, -- tuition still owed
    owed_lodging_fen BIGINT NOT NULL, -- lodging still owed
    entered_by TEXT NOT NULL, -- who
    entered_on DATE NOT NULL, -- business date
    entered_at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (book, application),
    FOREIGN KEY (book, application) REFERENCES application (book, application)
);

-- @book: Contracts; a correction voids the old one and makes a new version
CREATE TABLE contract (
    book BIGINT NOT NULL, -- the book
    contract BIGINT NOT NULL, -- number inside the book
    number TEXT NOT NULL, -- number shown to people
    application BIGINT NOT NULL, -- from which application
    version BIGINT NOT NULL, -- 1, or more after a correction
    person BIGINT NOT NULL, -- the borrower
    co_person BIGINT, -- the co-borrower
    policy_on DATE NOT NULL, -- day whose rules it was made under
    school_code TEXT NOT NULL, -- where the borrower studies
    principal_fen BIGINT NOT NULL, -- amount agreed
    matures_in BIGINT NOT NULL, -- year of maturity agreed
    terms TEXT NOT NULL, -- JSON: all terms the arithmetic reads
    generated_on DATE NOT NULL, -- business date it was drawn up
    student_name TEXT NOT NULL, -- for lists
    co_name TEXT, -- for lists
    id_tail BYTEA NOT NULL, -- blind index of the last four of the ID number, in this book only
    signed_on DATE, -- business date of the last signature
    disbursed_on DATE, -- day the money moved
    status TEXT NOT NULL, -- index of the state computed from facts and events
    next_due_on DATE, -- index: next settlement or prepayment day with something to do
    outstanding_fen BIGINT NOT NULL, -- index: principal not yet repaid
    overdue_fen BIGINT NOT NULL, -- index: overdue principal and interest
    settled_on DATE, -- index: day everything was paid
    changed_at TIMESTAMPTZ NOT NULL, -- last change
    PRIMARY KEY (book, contract),
    UNIQUE (book, number),
    FOREIGN KEY (book, application) REFERENCES application (book, application)
);
CREATE INDEX contract_application ON contract (book, application);
CREATE INDEX contract_status ON contract (book, status);
CREATE INDEX contract_person ON contract (book, person);
CREATE INDEX contract_due ON contract (book, next_due_on);
CREATE INDEX contract_name ON contract (book, student_name);

-- @book append-only: What happened to a contract, in the order it acts; the ledger is replayed from these rows
CREATE TABLE contract_event (
    book BIGINT NOT NULL, -- the book
    contract BIGINT NOT NULL, -- of which contract
    seq BIGINT NOT NULL, -- 1, 2, 3 … without a gap
    on_day DATE NOT NULL, -- the day it acts
    kind TEXT NOT NULL, -- what happened
    detail TEXT NOT NULL, -- JSON
    at TIMESTAMPTZ NOT NULL, -- instant of recording
    actor TEXT NOT NULL, -- who
    record BYTEA NOT NULL, -- audit record that answers for the row
    tag BYTEA NOT NULL, -- keyed digest of the row
    PRIMARY KEY (book, contract, seq),
    FOREIGN KEY (book, contract) REFERENCES contract (book, contract)
);

-- @book append-only: The ledger; one row per money event, one signed column per account in fen, together zero
CREATE TABLE posting (
    book BIGINT NOT NULL, -- the book
    contract BIGINT NOT NULL, -- of which contract
    seq BIGINT NOT NULL, -- 1, 2, 3 … without a gap
    on_day DATE NOT NULL, -- business date
    kind TEXT NOT NULL, -- what kind of thing happened
    cause TEXT NOT NULL, -- disbursement, day:DATE or event:SEQ it follows from
    channel TEXT, -- channel of the platform leg
    principal BIGINT NOT NULL, -- 本金
    interest_own BIGINT NOT NULL, -- 应收利息-学生
    interest_state BIGINT NOT NULL, -- 应收贴息
    penalty BIGINT NOT NULL, -- 应收罚息
    interest_income BIGINT NOT NULL, -- 利息收入
    penalty_income BIGINT NOT NULL, -- 罚息收入
    deposit BIGINT NOT NULL, -- 学生余款
    platform BIGINT NOT NULL, -- 平台清算
    disbursing BIGINT NOT NULL, -- 在途放款
    school BIGINT NOT NULL, -- 学校应付
    finance BIGINT NOT NULL, -- 财政贴息清算
    relief_fund BIGINT NOT NULL, -- 还款救助
    risk_fund BIGINT NOT NULL, -- 风险补偿金
    suspense BIGINT NOT NULL, -- 挂账
    written_off BIGINT NOT NULL, -- 核销
    record BYTEA NOT NULL, -- audit record that answers for the row
    tag BYTEA NOT NULL, -- keyed digest of the row
    PRIMARY KEY (book, contract, seq),
    CHECK (principal + interest_own + interest_state + penalty + interest_income + penalty_income + deposit + platform + disbursing + school + finance + relief_fund + risk_fund + suspense + written_off = 0)
);

-- @book append-only: What fell due on a settlement or prepayment day
CREATE TABLE bill (
    book BIGINT NOT NULL, -- the book
    contract BIGINT NOT NULL, -- of which contract
    due_on DATE NOT NULL, -- settlement or prepayment day
    kind TEXT NOT NULL, -- settlement, prepayment, closing or period
    debit_on DATE NOT NULL, -- day it is collected
    days BIGINT NOT NULL, -- days of the borrower's own interest
    rate_ppm BIGINT NOT NULL, -- contract rate at the end of the row's time
    opening_fen BIGINT NOT NULL, -- principal not yet due before
    principal_fen BIGINT NOT NULL, -- principal falling due
    interest_fen BIGINT NOT NULL, -- borrower's interest falling due
    subsidised_fen BIGINT NOT NULL, -- the state's interest
    total_fen BIGINT NOT NULL, -- what the borrower pays
    closing_fen BIGINT NOT NULL, -- principal not yet due after
    record BYTEA NOT NULL, -- audit record that answers for the row
    tag BYTEA NOT NULL, -- keyed digest of the row
    PRIMARY KEY (book, contract, due_on, kind),
    CHECK (principal_fen + interest_fen = total_fen)
);

-- @book: Chunks of a settlement day that are done; a second run finds them and does nothing
CREATE TABLE settlement_done (
    book BIGINT NOT NULL, -- the book
    on_day DATE NOT NULL, -- the settlement day
    chunk BIGINT NOT NULL, -- first contract number of the chunk
    until BIGINT NOT NULL, -- last contract number of the chunk
    contracts BIGINT NOT NULL, -- how many were settled
    total_fen BIGINT NOT NULL, -- sum of their bills
    done_at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (book, on_day, chunk)
);

-- @book: Requests of borrowers after signing: changes, deferral, relief, complaints
CREATE TABLE request (
    book BIGINT NOT NULL, -- the book
    request BIGINT NOT NULL, -- number inside the book
    number TEXT NOT NULL, -- number shown to people
    kind TEXT NOT NULL, -- what is asked for
    person BIGINT NOT NULL, -- who asks
    application BIGINT, -- about which application
    contract BIGINT, -- about which contract
    detail_cipher BYTEA, -- what was written, sealed with the person's key
    status TEXT NOT NULL, -- index of the state computed from facts
    filed_on DATE NOT NULL, -- business date
    due_on DATE, -- by when it must be answered
    decided_on DATE, -- business date
    PRIMARY KEY (book, request),
    UNIQUE (book, number)
);
CREATE INDEX request_status ON request (book, status);
CREATE INDEX request_person ON request (book, person);
CREATE INDEX request_contract ON request (book, contract);

-- @book: Papers printed; changing a printed field voids the old print
CREATE TABLE paper (
    book BIGINT NOT NULL, -- the book
    paper BIGINT NOT NULL, -- number inside the book
    kind TEXT NOT NULL, -- application_form, contract, acceptance_certificate …
    number TEXT NOT NULL, -- number printed on it
    version BIGINT NOT NULL, -- version of the print
    subject TEXT NOT NULL, -- application, contract, request …
    subject_id BIGINT NOT NULL, -- which
    digest TEXT NOT NULL, -- SM3 of what it says
    code TEXT NOT NULL, -- code of the QR link that tells whether it is valid
    file_digest TEXT, -- stored PDF, if kept
    printed_by TEXT NOT NULL, -- who
    printed_at TIMESTAMPTZ NOT NULL, -- when
    on_day DATE NOT NULL, -- business date
    voided_at TIMESTAMPTZ, -- when it lost its force
    void_reason TEXT, -- why
    PRIMARY KEY (book, paper),
    UNIQUE (book, code)
);
CREATE INDEX paper_subject ON paper (book, subject, subject_id);

-- @book: Files named by the digest of their content, sealed
CREATE TABLE file (
    book BIGINT NOT NULL, -- the book
    digest TEXT NOT NULL, -- SM3 of the content in clear
    person BIGINT NOT NULL, -- whose key seals it
    size BIGINT NOT NULL, -- bytes of the content
    media_type TEXT NOT NULL, -- type found by its first bytes
    cipher BYTEA NOT NULL, -- content, sealed
    stored_at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (book, digest, person)
);

-- @book: What a file is attached to
CREATE TABLE file_link (
    book BIGINT NOT NULL, -- the book
    subject TEXT NOT NULL, -- application, contract, request …
    subject_id BIGINT NOT NULL, -- which
    kind TEXT NOT NULL, -- which material
    digest TEXT NOT NULL, -- the file
    person BIGINT NOT NULL, -- whose key seals it
    linked_by TEXT NOT NULL, -- who
    linked_at TIMESTAMPTZ NOT NULL, -- when
    removed_at TIMESTAMPTZ, -- when it was taken off
    PRIMARY KEY (book, subject, subject_id, kind, digest),
    FOREIGN KEY (book, digest, person) REFERENCES file (book, digest, person)
);

-- @book append-only: Who did what; written in the act's own transaction and sealed into the chain afterwards
CREATE TABLE audit_record (
    book BIGINT NOT NULL, -- the book, 0 for acts without one
    record BYTEA NOT NULL, -- UUID version 7, so records sort by time
    at TIMESTAMPTZ NOT NULL, -- instant
    on_day DATE NOT NULL, -- business date
    actor TEXT NOT NULL, -- who
    act TEXT NOT NULL, -- which act
    subject TEXT NOT NULL, -- on what
    subject_id TEXT NOT NULL, -- which
    detail TEXT NOT NULL, -- JSON: what was decided, without sealed data
    row_count BIGINT NOT NULL, -- rows of fact, contract_event, posting and bill the act wrote
    row_digest BYTEA NOT NULL, -- SM3 over their keyed digests, sorted
    digest BYTEA NOT NULL, -- SM3 over all columns before
    PRIMARY KEY (book, record)
);
CREATE INDEX audit_record_subject ON audit_record (book, subject, subject_id);
CREATE INDEX audit_record_day ON audit_record (book, on_day);
CREATE INDEX audit_record_time ON audit_record (record);

-- @book append-only: The chain of a book's audit records
CREATE TABLE audit_seal (
    book BIGINT NOT NULL, -- the book
    seq BIGINT NOT NULL, -- 1, 2, 3 … without a gap
    record BYTEA NOT NULL, -- the record sealed
    hash BYTEA NOT NULL, -- SM3 of the hash before, seq and the record's digest
    PRIMARY KEY (book, seq),
    UNIQUE (book, record)
);
