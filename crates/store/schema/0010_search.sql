-- What is looked for at the size of a nation: the applications of a person wherever they are kept, a co-borrower by the
-- beginning of the name, the longest waiting of a state, the counters of a year, the students of a school. The indexes
-- that go were the beginnings of these, or led to a person in one book only.
CREATE INDEX application_of_person ON application (person);
CREATE INDEX application_of_co_person ON application (co_person);
CREATE INDEX application_co_name ON application (book, co_name);
CREATE INDEX application_queue ON application (book, status, changed_at, application);
CREATE INDEX application_year ON application (book, academic_year, status);
CREATE INDEX application_school ON application (school_code, academic_year, kind);
CREATE INDEX school_case_year ON school_case (owner, academic_year, status);
DROP INDEX application_status;
DROP INDEX application_person;
DROP INDEX application_co_person;
