-- Tables every machine holds in full. Read first: places, people who work there, which office serves which book.

-- @reference: Administrative divisions of China; codes change with the years, so they are attributes and never keys of business rows
CREATE TABLE division (
    code TEXT NOT NULL, -- six-digit code of GB/T 2260
    name TEXT NOT NULL, -- name as published
    level TEXT NOT NULL, -- province, city or county
    parent TEXT, -- code of the division above
    PRIMARY KEY (code)
);

-- @reference: Schools that may enrol borrowers
CREATE TABLE school (
    code TEXT NOT NULL, -- ten-digit code of the Ministry of Education
    name TEXT NOT NULL, -- official name
    authority TEXT NOT NULL, -- 主管部门
    city TEXT NOT NULL, -- where it stands
    level TEXT NOT NULL, -- 本科 or 专科
    remark TEXT NOT NULL, -- 民办 and the like
    PRIMARY KEY (code)
);

-- @reference: Public holidays and working weekends; settlement days never move, service days do
CREATE TABLE holiday (
    on_day DATE NOT NULL, -- the day
    kind TEXT NOT NULL, -- holiday or working_weekend
    name TEXT NOT NULL, -- name of the holiday
    PRIMARY KEY (on_day)
);

-- @reference: Places that do business on the platform
CREATE TABLE office (
    office_id BIGINT NOT NULL, -- number of the office; also the owner key of its own lists
    kind TEXT NOT NULL, -- county, school, bank, platform, province or system
    name TEXT NOT NULL, -- name shown to people
    division_code TEXT, -- where it is today
    school_code TEXT, -- for a school: its code
    address TEXT NOT NULL, -- street address
    phone TEXT NOT NULL, -- public telephone
    hours TEXT NOT NULL, -- opening hours in words
    opened_on DATE NOT NULL, -- first day of business
    closed_on DATE, -- last day of business, if it was closed or merged
    PRIMARY KEY (office_id)
);
CREATE INDEX office_school ON office (school_code);
CREATE INDEX office_division ON office (division_code);

-- @reference: Loan books; a book never moves or changes its number, whatever happens to offices
CREATE TABLE book (
    book BIGINT NOT NULL, -- number of the book; 0 is the system's own book for acts without one
    scheme TEXT NOT NULL, -- origin, campus or system
    name TEXT NOT NULL, -- whose book it was when opened
    division_code TEXT, -- county it was opened for
    opened_on DATE NOT NULL, -- first day
    PRIMARY KEY (book)
);

-- @reference: Which office serves a book in which part, from when to when
CREATE TABLE book_service (
    book BIGINT NOT NULL, -- the book
    part TEXT NOT NULL, -- county, bank, platform or province
    from_on DATE NOT NULL, -- first day of service
    office_id BIGINT NOT NULL, -- the office
    to_on DATE, -- last day of service
    PRIMARY KEY (book, part, from_on),
    FOREIGN KEY (book) REFERENCES book (book),
    FOREIGN KEY (office_id) REFERENCES office (office_id)
);
CREATE INDEX book_service_office ON book_service (office_id);

-- @reference: People who work at an office, one account each
CREATE TABLE staff (
    staff BIGINT NOT NULL, -- number of the account
    login TEXT NOT NULL, -- login name
    office_id BIGINT NOT NULL, -- where the person works
    name TEXT NOT NULL, -- name printed on what the person signs
    person_index BYTEA, -- blind index of the person's own ID number, so that nobody decides his own case
    password_hash TEXT NOT NULL, -- Argon2id string
    must_change BOOLEAN NOT NULL, -- the first password must be changed before anything else
    failed_count BIGINT NOT NULL, -- wrong passwords since the last right one
    failed_at TIMESTAMPTZ, -- when the last wrong one came
    factor_cipher BYTEA, -- second factor, sealed
    disabled_on DATE, -- day the account was closed
    created_at TIMESTAMPTZ NOT NULL, -- when it was opened
    PRIMARY KEY (staff),
    UNIQUE (login),
    FOREIGN KEY (office_id) REFERENCES office (office_id)
);
CREATE INDEX staff_office ON staff (office_id);

-- @reference: Roles given to staff
CREATE TABLE staff_role (
    staff BIGINT NOT NULL, -- the account
    role TEXT NOT NULL, -- name of the role
    granted_at TIMESTAMPTZ NOT NULL, -- when it was given
    granted_by TEXT NOT NULL, -- who gave it
    revoked_at TIMESTAMPTZ, -- when it was taken back
    PRIMARY KEY (staff, role, granted_at),
    FOREIGN KEY (staff) REFERENCES staff (staff)
);

-- @reference: Versions of the rules in force on this installation, as loaded at start
CREATE TABLE policy_version (
    document TEXT NOT NULL, -- id of the document in the register
    digest TEXT NOT NULL, -- SM3 of its data file
    loaded_at TIMESTAMPTZ NOT NULL, -- when this version was first loaded
    PRIMARY KEY (document, digest)
);
