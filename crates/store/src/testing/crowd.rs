//! A crowd in the likeness of one family: for benchmarks at the size of a nation. What the acts wrote about one
//! application is read as a whole, with its seals opened; the likeness, with other people and numbers, is written many at a time,
//! sealed, indexed and witnessed as the acts would.

use crate::account::Account;
use crate::application::Application;
use crate::audit::{self, Entry};
use crate::certificate::{Certificate, Receipt};
use crate::contract::Contract;
use crate::fact::Fact;
use crate::keyring::Place;
use crate::owner_case::{BankCase, SchoolCase};
use crate::paper::Paper;
use crate::person::{OpenLoan, YearClaim, number_of};
use crate::row::{Row, values};
use crate::visit::Tick;
use crate::{Date, Failure, Instant, Tx};

use sea_orm::sea_query::Value;

/// A student or co-borrower.
#[derive(Clone, Debug)]
pub struct Human {
    /// ID number.
    pub id_number: String,
    /// Name.
    pub name: String,
    /// Mobile number.
    pub phone: Option<String>,
    /// Address and other contact data, JSON.
    pub contact: Option<String>,
    /// Day of birth.
    pub born_on: Date,
    /// `male` or `female`.
    pub sex: String,
    /// The login, once there is one.
    pub account: Option<Account>,
}

/// What was written about one application.
#[derive(Clone)]
pub struct Family {
    /// The student.
    pub student: Human,
    /// The co-borrower, once known.
    pub co: Option<Human>,
    /// The row.
    pub application: Application,
    /// The answers, JSON.
    pub answers: Option<String>,
    /// What happened.
    pub facts: Vec<Fact>,
    /// Contracts drawn up.
    pub contracts: Vec<Contract>,
    /// Materials ticked.
    pub ticks: Vec<Tick>,
    /// Papers printed.
    pub papers: Vec<Paper>,
    /// Certificates, and who issued them.
    pub certificates: Vec<(Certificate, String)>,
    /// The receipt.
    pub receipt: Option<Receipt>,
    /// What the school sees: its office, the row, and the code it finds it by.
    pub school: Option<(i64, SchoolCase, Option<String>)>,
    /// What the bank sees.
    pub bank: Option<BankCase>,
    /// Loans the two are bound by.
    pub loans: Vec<OpenLoan>,
    /// The year, taken.
    pub claim: Option<YearClaim>,
}

/// Everything about one application, seals opened.
pub async fn family(tx: &mut Tx<'_>, book: i64, application: i64) -> Result<Option<Family>, Failure> {
    let Some(row) = crate::application::by_number(tx, book, application).await? else { return Ok(None) };
    let student = human(tx, row.person).await?;
    let co = match row.co_person {
        Some(person) => Some(human(tx, person).await?),
        None => None,
    };
    let contracts = crate::contract::list_of_application(tx, book, application).await?;
    let mut papers = crate::paper::list_of_subject(tx, book, "application", application).await?;
    for contract in &contracts {
        papers.extend(crate::paper::list_of_subject(tx, book, "contract", contract.contract).await?);
    }
    let sql = "SELECT issued_by FROM certificate WHERE book = $1 AND application = $2 ORDER BY version";
    let issuers: Vec<String> = tx.column(sql, values![book, application]).await?;
    let mut certificates = Vec::new();
    for (version, by) in (1..).zip(issuers) {
        let found = crate::certificate::find(tx, (book, application), version, row.person).await?;
        certificates.extend(found.map(|certificate| (certificate, by)));
    }
    let school = match row.school_code.as_deref() {
        Some(code) => crate::office_place::by_school(tx, code).await?,
        None => None,
    };
    let school = match school {
        Some(office) => {
            let code = certificates.iter().rev().find(|(one, _)| one.voided_at.is_none());
            let code = code.map(|(one, _)| one.code.clone());
            let seen = crate::owner_case::school_find(tx, office.office_id, (book, application)).await?;
            seen.map(|seen| (office.office_id, seen, code))
        }
        None => None,
    };
    let sql = "SELECT owner, book, application, contract, number, student_name, school_code, academic_year, amount_fen, \
               to_school_fen, status, batch FROM bank_case WHERE book = $1 AND application = $2";
    let bank = tx.one::<BankCase>(sql, values![book, application]).await?;
    let mut loans = Vec::new();
    for person in [Some(row.person), row.co_person].into_iter().flatten() {
        let all = crate::person::open_loans(tx, person).await?;
        let ours = |loan: &OpenLoan| contracts.iter().any(|one| one.book == loan.book && one.contract == loan.contract);
        loans.extend(all.into_iter().filter(ours));
    }
    Ok(Some(Family {
        student,
        co,
        answers: crate::application::answers(tx, book, application).await?,
        facts: crate::fact::list(tx, book, "application", application).await?,
        ticks: crate::visit::material_list(tx, book, application).await?,
        receipt: crate::certificate::receipt(tx, book, application).await?,
        claim: crate::person::year_claim(tx, row.person, row.academic_year).await?,
        application: row,
        contracts,
        papers,
        certificates,
        school,
        bank,
        loans,
    }))
}

async fn human(tx: &mut Tx<'_>, person: i64) -> Result<Human, Failure> {
    let row = crate::person::by_number(tx, person).await?;
    let row = row.ok_or_else(|| Failure::corrupt("an application without its people"))?;
    Ok(Human {
        id_number: crate::person::id_number(tx, person).await?.unwrap_or_default(),
        name: row.name,
        phone: crate::person::phone(tx, person).await?,
        contact: crate::person::contact(tx, person).await?,
        born_on: row.born_on,
        sex: row.sex,
        account: crate::account::by_person(tx, person).await?,
    })
}

/// Rows of one table that wait to be written together.
struct Rows {
    table: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

const fn rows(table: &'static str, columns: &'static [&'static str]) -> Rows {
    Rows { table, columns, rows: Vec::new() }
}

fn of<T: Row>() -> Rows {
    rows(T::TABLE, T::COLUMNS)
}

/// The tables of a crowd, in an order that foreign keys allow.
struct Crowd {
    at: Instant,
    people: Rows,
    keys: Rows,
    accounts: Rows,
    claims: Rows,
    loans: Rows,
    applications: Rows,
    contracts: Rows,
    ticks: Rows,
    papers: Rows,
    certificates: Rows,
    receipts: Rows,
    schools: Rows,
    banks: Rows,
    facts: Vec<Fact>,
}

/// The columns of an application with its sealed answers behind them.
const APPLICATION: &[&str] = &[
    "book",
    "application",
    "number",
    "person",
    "co_person",
    "academic_year",
    "scheme",
    "kind",
    "policy_on",
    "created_at",
    "student_name",
    "co_name",
    "id_tail",
    "phone_tail",
    "school_code",
    "college",
    "amount_fen",
    "tuition_fen",
    "lodging_fen",
    "graduates_in",
    "matures_in",
    "status",
    "changed_at",
    "answers_cipher",
];

/// Writes families of one book; the people, the numbers and the codes in them must be new and agree with each other.
/// Index columns of people are made here. One audit record answers for all their facts.
pub async fn settle_in(tx: &mut Tx<'_>, book: i64, families: &[Family], on: Date, at: Instant) -> Result<(), Failure> {
    let mut crowd = Crowd {
        at,
        people: rows(
            "person",
            &[
                "person",
                "id_index",
                "id_cipher",
                "name",
                "phone_index",
                "phone_cipher",
                "contact_cipher",
                "born_on",
                "sex",
                "demonstration",
                "created_at",
                "changed_at",
            ],
        ),
        keys: rows("person_key", &["person", "wrapped_key"]),
        accounts: of::<Account>(),
        claims: of::<YearClaim>(),
        loans: of::<OpenLoan>(),
        applications: rows("application", APPLICATION),
        contracts: of::<Contract>(),
        ticks: rows(
            "material_tick",
            &["book", "application", "material", "copies", "note", "ticked_by", "ticked_at", "on_day"],
        ),
        papers: of::<Paper>(),
        certificates: rows(
            "certificate",
            &[
                "book",
                "application",
                "version",
                "code_index",
                "code_cipher",
                "first_password_cipher",
                "issued_by",
                "issued_on",
                "issued_at",
                "voided_at",
            ],
        ),
        receipts: rows(
            "receipt",
            &[
                "book",
                "application",
                "certificate",
                "school_code",
                "owed_tuition_fen",
                "owed_lodging_fen",
                "entered_by",
                "entered_on",
                "entered_at",
            ],
        ),
        schools: rows(
            "school_case",
            &[
                "owner",
                "book",
                "application",
                "number",
                "student_name",
                "id_tail",
                "college",
                "academic_year",
                "amount_fen",
                "code_index",
                "status",
                "receipt_due_on",
                "entered_on",
                "owed_fen",
                "contract",
                "changed_at",
            ],
        ),
        banks: rows(
            "bank_case",
            &[
                "owner",
                "book",
                "application",
                "contract",
                "number",
                "student_name",
                "school_code",
                "academic_year",
                "amount_fen",
                "to_school_fen",
                "status",
                "batch",
                "changed_at",
            ],
        ),
        facts: Vec::new(),
    };
    for family in families {
        crowd.family(tx, family)?;
    }
    let Crowd { people, keys, accounts, claims, loans, applications, contracts, ticks, papers, .. } = crowd;
    let Crowd { certificates, receipts, schools, banks, facts, .. } = crowd;
    for part in [
        people,
        keys,
        accounts,
        claims,
        loans,
        applications,
        contracts,
        ticks,
        papers,
        certificates,
        receipts,
        schools,
        banks,
    ] {
        tx.insert_many(part.table, part.columns, part.rows).await?;
    }
    audit::begin(tx, book, at)?;
    tx.append(&facts).await?;
    let (subject_id, detail) = (book.to_string(), format!("{{\"families\":{}}}", families.len()));
    let entry = Entry {
        on_day: on,
        actor: "system:benchmark",
        act: "settle_in",
        subject: "book",
        subject_id: &subject_id,
        detail: &detail,
    };
    audit::write(tx, entry).await.map(drop)
}

impl Crowd {
    fn family(&mut self, tx: &Tx<'_>, family: &Family) -> Result<(), Failure> {
        let row = &family.application;
        let (book, application) = (row.book, row.application);
        let (person, seal) = self.human(tx, &family.student)?;
        let co_person = match &family.co {
            Some(co) => Some(self.human(tx, co)?.0),
            None => None,
        };
        let keyring = &tx.keyring;
        let id_tail = keyring.tail_index("application", book, &family.student.id_number);
        let phone_tail = family.student.phone.as_ref().map(|phone| keyring.tail_index("application", book, phone));
        let name = application.to_string();
        let place = Place { table: "application", column: "answers_cipher", tenant: book, row: &name };
        let answers = family.answers.as_ref().map(|text| keyring.seal(&seal, &place, text.as_bytes())).transpose()?;
        let (id_kept, phone_kept) = (id_tail.clone(), phone_tail.filter(|_| row.phone_tail.is_some()));
        let own = Application { person, co_person, id_tail, phone_tail: phone_kept, ..row.clone() };
        let mut values = own.values();
        values.push(Value::from(answers));
        self.applications.rows.push(values);
        for contract in &family.contracts {
            let own = Contract { person, co_person, id_tail: id_kept.clone(), ..contract.clone() };
            self.contracts.rows.push(own.values());
        }
        for tick in &family.ticks {
            let (material, note, by) = (tick.material.as_str(), tick.note.as_str(), tick.ticked_by.as_str());
            self.ticks.rows.push(values![
                book,
                application,
                material,
                tick.copies,
                note,
                by,
                tick.ticked_at,
                tick.on_day
            ]);
        }
        self.papers.rows.extend(family.papers.iter().map(Row::values));
        for (certificate, by) in &family.certificates {
            let name = format!("{book}|{application}|{}", certificate.version);
            let sealed = |column, text: &str| {
                let place = Place { table: "certificate", column, tenant: person, row: &name };
                keyring.seal(&seal, &place, text.as_bytes())
            };
            let code = sealed("code_cipher", &certificate.code)?;
            let password = certificate.first_password.as_ref();
            let password = password.map(|text| sealed("first_password_cipher", text)).transpose()?;
            self.certificates.rows.push(values![
                book,
                application,
                certificate.version,
                keyring.blind_index("receipt_code", &certificate.code),
                code,
                password,
                by.as_str(),
                certificate.issued_on,
                certificate.issued_at,
                certificate.voided_at,
            ]);
        }
        if let Some(receipt) = &family.receipt {
            self.receipts.rows.push(values![
                book,
                application,
                receipt.certificate,
                receipt.school_code.as_str(),
                receipt.owed_tuition_fen,
                receipt.owed_lodging_fen,
                receipt.entered_by.as_str(),
                receipt.entered_on,
                receipt.entered_at,
            ]);
        }
        if let Some((owner, seen, code)) = &family.school {
            self.schools.rows.push(values![
                *owner,
                book,
                application,
                seen.number.as_str(),
                seen.student_name.as_str(),
                keyring.tail_index("school_case", *owner, &family.student.id_number),
                seen.college.clone(),
                seen.academic_year,
                seen.amount_fen,
                code.as_ref().map(|code| keyring.blind_index("receipt_code", code)),
                seen.status.as_str(),
                seen.receipt_due_on,
                seen.entered_on,
                seen.owed_fen,
                seen.contract,
                self.at,
            ]);
        }
        if let Some(bank) = &family.bank {
            self.banks.rows.push(values![
                bank.owner,
                book,
                application,
                bank.contract,
                bank.number.as_str(),
                bank.student_name.as_str(),
                bank.school_code.as_str(),
                bank.academic_year,
                bank.amount_fen,
                bank.to_school_fen,
                bank.status.as_str(),
                bank.batch.clone(),
                self.at,
            ]);
        }
        for loan in &family.loans {
            let who = if loan.part == "borrower" { Some(person) } else { co_person };
            let Some(person) = who else { continue };
            self.loans.rows.push(OpenLoan { person, ..loan.clone() }.values());
        }
        if let Some(claim) = &family.claim {
            self.claims.rows.push(YearClaim { person, book, application, ..claim.clone() }.values());
        }
        self.facts.extend(family.facts.iter().cloned());
        Ok(())
    }

    /// One person with key and login; answers number and key.
    fn human(&mut self, tx: &Tx<'_>, human: &Human) -> Result<(i64, crate::keyring::DataKey), Failure> {
        let keyring = &tx.keyring;
        let id_index = keyring.id_index(&human.id_number);
        let person = number_of(&id_index);
        let (key, wrapped) = keyring.new_data_key(person)?;
        let sealed = |column, text: &str| {
            keyring.seal(&key, &Place { table: "person", column, tenant: person, row: "" }, text.as_bytes())
        };
        self.people.rows.push(values![
            person,
            id_index,
            sealed("id_cipher", &human.id_number)?,
            human.name.as_str(),
            human.phone.as_ref().map(|phone| keyring.phone_index(phone)),
            human.phone.as_ref().map(|phone| sealed("phone_cipher", phone)).transpose()?,
            human.contact.as_ref().map(|contact| sealed("contact_cipher", contact)).transpose()?,
            human.born_on,
            human.sex.as_str(),
            true,
            self.at,
            self.at,
        ]);
        self.keys.rows.push(values![person, wrapped]);
        if let Some(account) = &human.account {
            self.accounts.rows.push(Account { person, ..account.clone() }.values());
        }
        Ok((person, key))
    }
}

/// How many rows each table of a crowd has.
pub async fn counted(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, Failure> {
    let mut all = Vec::new();
    for table in ["application", "person", "fact", "contract", "paper", "certificate", "school_case", "audit_record"] {
        let sql = format!("SELECT CAST(count(*) AS BIGINT) FROM {table}");
        all.push((table.to_owned(), tx.value(&sql, Vec::new()).await?.unwrap_or(0)));
    }
    Ok(all)
}

/// The school with the most certificates whose receipt was not entered, and so many of their codes.
pub async fn waiting_codes(tx: &mut Tx<'_>, limit: i64) -> Result<Option<(i64, Vec<String>)>, Failure> {
    let sql = "SELECT owner FROM school_case WHERE entered_on IS NULL AND code_index IS NOT NULL AND status = \
               'certificate_issued' GROUP BY owner ORDER BY count(*) DESC, owner LIMIT 1";
    let Some(owner) = tx.value::<i64>(sql, Vec::new()).await? else { return Ok(None) };
    #[derive(sea_orm::FromQueryResult)]
    struct Waiting {
        book: i64,
        application: i64,
        version: i64,
        person: i64,
    }
    let sql = "SELECT c.book, c.application, c.version, a.person FROM school_case s \
               JOIN certificate c ON c.book = s.book AND c.application = s.application AND c.voided_at IS NULL \
               JOIN application a ON a.book = s.book AND a.application = s.application \
               WHERE s.owner = $1 AND s.entered_on IS NULL AND s.status = 'certificate_issued' \
               ORDER BY c.book, c.application LIMIT $2";
    let waiting: Vec<Waiting> = tx.rows(sql, values![owner, limit]).await?;
    let mut codes = Vec::new();
    for one in waiting {
        let found = crate::certificate::find(tx, (one.book, one.application), one.version, one.person).await?;
        codes.extend(found.map(|found| found.code));
    }
    Ok(Some((owner, codes)))
}
