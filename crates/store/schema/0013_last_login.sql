-- When a person logged in; sessions end, these days stay.

-- @person: Last days on which a person logged in
CREATE TABLE last_login (
    person BIGINT NOT NULL, -- who
    on_day DATE NOT NULL, -- business date of the last login
    before_on DATE, -- business date of the login on an earlier day
    PRIMARY KEY (person)
);
