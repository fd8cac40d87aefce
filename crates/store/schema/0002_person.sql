-- What belongs to one person. `person` is 63 bits of the blind index of the first ID number, so the
-- primary key alone makes one ID number one person on any number of machines.

-- @person: A student or co-borrower
CREATE TABLE person (
    person BIGINT NOT NULL, -- first 63 bits of id_index
    id_index BYTEA NOT NULL, -- whole blind index of the first ID number, compared on every look-up
    id_cipher BYTEA NOT NULL, -- ID number, sealed
    name TEXT NOT NULL, -- name in clear, searchable under access control
    phone_index BYTEA, -- blind index of the mobile number
    phone_cipher BYTEA, -- mobile number, sealed
    contact_cipher BYTEA, -- address and other contact data as JSON, sealed
    born_on DATE NOT NULL, -- from the ID number
    sex TEXT NOT NULL, -- from the ID number: male or female
    demonstration BOOLEAN NOT NULL, -- a made-up person
    restricted_on DATE, -- from this day only kept and protected, no longer used
    created_at TIMESTAMPTZ NOT NULL, -- when first seen
    changed_at TIMESTAMPTZ NOT NULL, -- last change of contact data
    PRIMARY KEY (person)
);
CREATE INDEX person_phone ON person (phone_index);

-- @person: Another ID number of a known person, after a change; `person` is taken from that number
CREATE TABLE identity_alias (
    person BIGINT NOT NULL, -- first 63 bits of the new number's blind index
    id_index BYTEA NOT NULL, -- whole blind index of the new number
    same_as BIGINT NOT NULL, -- the person it belongs to
    since_on DATE NOT NULL, -- day of the change
    PRIMARY KEY (person)
);

-- @person: Login of a student or co-borrower
CREATE TABLE account (
    person BIGINT NOT NULL, -- whose
    password_hash TEXT NOT NULL, -- Argon2id string
    must_change BOOLEAN NOT NULL, -- a first or reset password must be changed before anything else
    failed_count BIGINT NOT NULL, -- wrong passwords since the last right one
    failed_at TIMESTAMPTZ, -- when the last wrong one came
    opened_at TIMESTAMPTZ NOT NULL, -- when it was opened
    opened_by TEXT NOT NULL, -- the person, or the desk that opened it
    changed_at TIMESTAMPTZ NOT NULL, -- last change of the password
    disabled_on DATE, -- day it was closed
    PRIMARY KEY (person),
    FOREIGN KEY (person) REFERENCES person (person)
);

-- @person: Consents given and withdrawn, each for one purpose and one version of its text
CREATE TABLE consent (
    person BIGINT NOT NULL, -- who
    purpose TEXT NOT NULL, -- what for
    version TEXT NOT NULL, -- version of the text shown
    given_at TIMESTAMPTZ NOT NULL, -- when
    withdrawn_at TIMESTAMPTZ, -- when taken back
    PRIMARY KEY (person, purpose, given_at),
    FOREIGN KEY (person) REFERENCES person (person)
);

-- @person: The one loan application of a person in an academic year, campus loans included
CREATE TABLE year_claim (
    person BIGINT NOT NULL, -- who
    academic_year BIGINT NOT NULL, -- year the academic year begins in
    book BIGINT NOT NULL, -- where the application is
    application BIGINT NOT NULL, -- which
    claimed_at TIMESTAMPTZ NOT NULL, -- when
    PRIMARY KEY (person, academic_year)
);

-- @person: Loans a person is bound by, kept when a contract begins and ends
CREATE TABLE open_loan (
    person BIGINT NOT NULL, -- who
    book BIGINT NOT NULL, -- where the contract is
    contract BIGINT NOT NULL, -- which
    part TEXT NOT NULL, -- borrower or co_borrower
    opened_on DATE NOT NULL, -- signing day
    closed_on DATE, -- day it was settled or voided
    PRIMARY KEY (person, book, contract)
);

-- @person: The data key of a person, wrapped by the master key; without it the person's sealed columns are lost for ever
CREATE TABLE person_key (
    person BIGINT NOT NULL, -- whose
    wrapped_key BYTEA NOT NULL, -- key version, nonce, wrapped key, tag
    PRIMARY KEY (person)
);

-- @person: Messages sent to a person
CREATE TABLE message (
    person BIGINT NOT NULL, -- to whom
    message TEXT NOT NULL, -- id, ordered by time
    kind TEXT NOT NULL, -- which template
    channel TEXT NOT NULL, -- sms or notice
    body_cipher BYTEA NOT NULL, -- text, sealed
    book BIGINT, -- about what
    subject TEXT, -- application, contract …
    subject_id BIGINT, -- which
    written_at TIMESTAMPTZ NOT NULL, -- when it was written
    on_day DATE NOT NULL, -- business date
    sent_at TIMESTAMPTZ, -- when the gateway took it
    read_at TIMESTAMPTZ, -- when the person opened it
    failure TEXT, -- what the gateway said
    PRIMARY KEY (person, message)
);

-- @person: Codes sent by SMS, bound to the request they were asked for
CREATE TABLE sms_code (
    person BIGINT NOT NULL, -- whose ID number was given, known to us or not
    purpose TEXT NOT NULL, -- what the code is for
    request BYTEA NOT NULL, -- digest of the session that asked
    code_index BYTEA NOT NULL, -- blind index of the code
    sent_at TIMESTAMPTZ NOT NULL, -- when
    expires_at TIMESTAMPTZ NOT NULL, -- dead from then on
    wrong_count BIGINT NOT NULL, -- wrong answers so far
    used_at TIMESTAMPTZ, -- when it was accepted
    PRIMARY KEY (person, purpose, request)
);

-- @person: 预申请 of a year, filed by school, village or the person
CREATE TABLE pre_application (
    person BIGINT NOT NULL, -- who
    academic_year BIGINT NOT NULL, -- for which year
    book BIGINT NOT NULL, -- book of the county
    source TEXT NOT NULL, -- high_school, student_office or county
    detail TEXT NOT NULL, -- JSON: grounds, household, attachments
    status TEXT NOT NULL, -- entered, certified or refused
    entered_by TEXT NOT NULL, -- who entered it
    entered_on DATE NOT NULL, -- business date
    reviewed_by TEXT, -- who decided
    reviewed_on DATE, -- business date
    PRIMARY KEY (person, academic_year)
);
CREATE INDEX pre_application_book ON pre_application (book, academic_year);

-- @person: Results of the financial-education quiz
CREATE TABLE quiz_result (
    person BIGINT NOT NULL, -- who
    quiz TEXT NOT NULL, -- id of the sitting, ordered by time
    on_day DATE NOT NULL, -- business date
    session TEXT NOT NULL, -- place and session, or online
    invigilator TEXT NOT NULL, -- who watched
    score BIGINT NOT NULL, -- points
    passed BOOLEAN NOT NULL, -- enough
    detail TEXT NOT NULL, -- JSON: questions and answers
    PRIMARY KEY (person, quiz)
);

-- @person: Accounts of a person at payment platforms
CREATE TABLE payment_account (
    person BIGINT NOT NULL, -- whose
    platform TEXT NOT NULL, -- alipay, unionpay …
    account_index BYTEA NOT NULL, -- blind index of the account
    account_cipher BYTEA NOT NULL, -- account, sealed
    password_cipher BYTEA, -- first password until handed out, sealed
    opened_on DATE NOT NULL, -- business date
    closed_on DATE, -- business date
    PRIMARY KEY (person, platform, account_index)
);
CREATE INDEX payment_account_index ON payment_account (account_index);
