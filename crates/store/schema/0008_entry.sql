-- What lets people in when the password is not enough or not known: slips, links, changed telephones.

-- @person: One-time slips with which a person who forgot the password sets a new one
CREATE TABLE entry_slip (
    person BIGINT NOT NULL, -- whose account
    slip TEXT NOT NULL, -- id, ordered by time
    channel TEXT NOT NULL, -- counter or hotline
    code_index BYTEA NOT NULL, -- blind index of the code
    proof TEXT NOT NULL, -- what the operator saw or asked
    issued_by TEXT NOT NULL, -- which operator
    issued_at TIMESTAMPTZ NOT NULL, -- when
    expires_at TIMESTAMPTZ NOT NULL, -- worth nothing from then on
    wrong_count BIGINT NOT NULL, -- wrong codes typed so far
    ended_at TIMESTAMPTZ, -- when it was used, or a newer one took its place
    PRIMARY KEY (person, slip),
    FOREIGN KEY (person) REFERENCES person (person)
);

-- @person: Mobile numbers changed at a desk by somebody who showed the ID card
CREATE TABLE phone_change (
    person BIGINT NOT NULL, -- whose number
    change TEXT NOT NULL, -- id, ordered by time
    channel TEXT NOT NULL, -- county or school
    proof TEXT NOT NULL, -- what the operator saw
    changed_by TEXT NOT NULL, -- which operator
    changed_at TIMESTAMPTZ NOT NULL, -- when
    old_phone_cipher BYTEA, -- the number before, sealed; it is told of the change
    told_at TIMESTAMPTZ, -- when the old number was told
    money_from TIMESTAMPTZ NOT NULL, -- until then details of money stay as they are
    PRIMARY KEY (person, change),
    FOREIGN KEY (person) REFERENCES person (person)
);

-- @person: Links by which a co-borrower comes in without a password
CREATE TABLE invitation (
    person BIGINT NOT NULL, -- the co-borrower
    token_hash BYTEA NOT NULL, -- SM3 of the link's token
    book BIGINT NOT NULL, -- where the application is
    application BIGINT NOT NULL, -- which
    sent_at TIMESTAMPTZ NOT NULL, -- when
    expires_at TIMESTAMPTZ NOT NULL, -- worth nothing from then on
    wrong_count BIGINT NOT NULL, -- wrong answers so far
    opened_at TIMESTAMPTZ, -- when it was first used
    PRIMARY KEY (person, token_hash),
    FOREIGN KEY (person) REFERENCES person (person)
);

-- @reference: The one-time slip of a member of staff who sets a password; the newest takes the place of the one before
CREATE TABLE staff_slip (
    staff BIGINT NOT NULL, -- whose account
    code_index BYTEA NOT NULL, -- blind index of the code
    issued_by TEXT NOT NULL, -- which administrator
    issued_at TIMESTAMPTZ NOT NULL, -- when
    expires_at TIMESTAMPTZ NOT NULL, -- worth nothing from then on
    wrong_count BIGINT NOT NULL, -- wrong codes typed so far
    PRIMARY KEY (staff),
    FOREIGN KEY (staff) REFERENCES staff (staff)
);
