//! `zhuxue setup`: a real installation. Schema, keys, settings, the three administrators, institutions and staff. Each
//! step finds out by itself whether it was done before, so the command may be stopped and run again.

use std::path::{Path, PathBuf};

use clap::Args;
use office::installation::{Entrance, FirstSecret, Plan, Prepared, SetUpRefusal, Tables, plan_for_new, sheets};
use office::{No, Office, Refusal};
use store::migrate;

use super::Context;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::{house, world};

/// A real installation: schema, keys, the three administrators, institutions and staff.
#[derive(Args)]
#[command(after_help = "Examples:\n  zhuxue setup --templates tables\n  \
    zhuxue setup --database postgres://owner@localhost/zhuxue --from tables --check\n  \
    zhuxue setup --database postgres://owner@localhost/zhuxue --from tables\n  \
    zhuxue setup --new-code xitong\n\n\
    On PostgreSQL the URL is the owner's; the program then serves as zhuxue_app, whose URL stands in zhuxue.toml.")]
pub struct Setup {
    /// A folder with institutions.xlsx and staff.xlsx, or one workbook with both tabs; csv is read too.
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
    /// Checks every row and says what would be added; writes nothing.
    #[arg(long)]
    check: bool,
    /// Writes the empty tables to fill in, and nothing else.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["from", "check"])]
    templates: Option<PathBuf>,
    /// PostgreSQL: the URL to serve under, when the password of zhuxue_app is yours to keep.
    #[arg(long, value_name = "URL")]
    serve_as: Option<String>,
    /// Where the first passwords of the staff are written, for you to hand out.
    #[arg(long, value_name = "FILE", default_value = "first-passwords.csv")]
    passwords: PathBuf,
    /// Gives the administrator of that login name a new code for /setup, and nothing else.
    #[arg(long, value_name = "LOGIN", conflicts_with_all = ["from", "check", "templates"])]
    new_code: Option<String>,
}

impl Setup {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        if let Some(folder) = &self.templates {
            return write_templates(folder);
        }
        let settings = context.settings(Vec::new())?;
        let tables = match &self.from {
            Some(path) => read_tables(path)?,
            None => Tables::default(),
        };
        super::block_on(async move {
            if let Some(login) = &self.new_code {
                return new_code(&house::open(&settings).await?, login).await;
            }
            if self.check {
                return self.look(&settings, context, tables).await;
            }
            self.install(settings, context, tables).await
        })
    }

    /// What a setup would do.
    async fn look(&self, settings: &Settings, context: &Context, tables: Tables) -> Result<(), Stop> {
        let serving = self.serving(settings, context)?;
        let there = match &serving {
            Some(serving) if key_is_there(serving)? => Some(house::open(serving).await?),
            _ => None,
        };
        let plan = match there {
            Some(office) => {
                office.setup_plan(tables).await.map_err(|failure| super::failed("the database", failure))?.1
            }
            None => plan_for_new(tables, office::clock::shanghai_on(world::now())),
        };
        tell(&plan)?;
        super::print("nothing was written\n")
    }

    async fn install(&self, owner: Settings, context: &Context, tables: Tables) -> Result<(), Stop> {
        // Rows that can never be right stop the setup before anything is made.
        let begun = match self.serving(&owner, context)? {
            Some(serving) => key_is_there(&serving)?,
            None => false,
        };
        if !begun {
            let plan = plan_for_new(tables.clone(), office::clock::shanghai_on(world::now()));
            if !plan.is_right() {
                return tell(&plan);
            }
        }
        let applied = migrate::run(&owner.database, migrate::Options::default(), world::now())
            .await
            .map_err(|failure| super::failed("the schema was not made", failure))?;
        super::print(&match applied.len() {
            0 => "schema      up to date\n".to_owned(),
            count => format!("schema      {count} scripts applied\n"),
        })?;
        let serving = match self.serving(&owner, context)? {
            Some(serving) => serving,
            None => self.first_settings(&owner, context).await?,
        };
        make_keys(&serving).await?;
        make_partners(&serving)?;
        let office = house::open(&serving).await?;
        let bar = super::progress("accounts prepared");
        let prepared = match office.prepare_setup(tables.clone(), &|done| bar.set_position(done as u64)).await {
            Ok(prepared) => prepared,
            Err(No::Refused(SetUpRefusal::RowsWrong)) => {
                bar.finish_and_clear();
                let plan = office.setup_plan(tables).await.map_err(|failure| super::failed("the database", failure))?;
                return tell(&plan.1);
            }
            Err(no) => return Err(stopped(no)),
        };
        bar.finish_and_clear();
        self.write(&office, prepared, &serving).await
    }

    /// Writes what is ready. First passwords are on disk before anybody has an account; they leave it when nothing
    /// came of it.
    async fn write(&self, office: &Office, prepared: Prepared, serving: &Settings) -> Result<(), Stop> {
        let entrances = prepared.entrances.clone();
        let kept = self.keep_passwords(&entrances)?;
        let written = match office.set_up(prepared).await {
            Ok(written) => written,
            Err(no) => {
                if let Some(path) = &kept {
                    std::fs::remove_file(path).map_err(|error| Stop::failed(path.display(), error))?;
                }
                return Err(stopped(no));
            }
        };
        let mut text = format!(
            "registers   divisions, schools and holidays are loaded\n\
             added       {} institutions, {} loan books, {} accounts\n",
            written.offices, written.books, written.accounts
        );
        if let Some(path) = &kept {
            text.push_str(&format!(
                "passwords   {}: hand them out and delete the file; each must be changed at the first login\n",
                path.display()
            ));
        }
        let codes = entrances.iter().filter_map(|one| match &one.by {
            FirstSecret::Code { code, until } => Some((one, code, until)),
            FirstSecret::Password(_) => None,
        });
        for (one, code, until) in codes {
            text.push_str(&format!("code        {code}   {} ({}), {}\n", one.login, one.name, valid(*until)));
        }
        if entrances.iter().any(|one| matches!(one.by, FirstSecret::Code { .. })) {
            let at =
                if serving.address.is_empty() { format!("http://{}", serving.listen) } else { serving.address.clone() };
            text.push_str(&format!(
                "            each administrator sets a password at {at}/setup; a code works once\n"
            ));
        }
        if entrances.is_empty() && written == office::installation::Written::default() {
            text.push_str("nothing new: everything in the tables is there already\n");
        }
        super::print(&text)
    }

    /// A new private file with the first passwords; none when nobody gets one.
    fn keep_passwords(&self, entrances: &[Entrance]) -> Result<Option<PathBuf>, Stop> {
        let mut text = "\u{feff}登录名,姓名,机构,初始密码\r\n".to_owned();
        let mut any = false;
        for one in entrances {
            if let FirstSecret::Password(password) = &one.by {
                any = true;
                let quoted = |field: &str| format!("\"{}\"", field.replace('"', "\"\""));
                text.push_str(&format!("{},{},{},{password}\r\n", one.login, quoted(&one.name), quoted(&one.office)));
            }
        }
        if !any {
            return Ok(None);
        }
        if house::write_private(&self.passwords, &text)? {
            return Ok(Some(self.passwords.clone()));
        }
        Err(Stop::Wrong(format!(
            "{}: first passwords of an earlier run are there; hand them out and delete the file, or name another with --passwords",
            self.passwords.display()
        )))
    }

    /// The settings to serve under, when an earlier setup or the operator made them: `None` for a new PostgreSQL
    /// installation whose serving role has no password of ours yet.
    fn serving(&self, owner: &Settings, context: &Context) -> Result<Option<Settings>, Stop> {
        if !is_postgres(&owner.database) {
            return Ok(Some(owner.clone()));
        }
        let path = settings_file(context);
        let mut serving = owner.clone();
        if path.exists() {
            let text = std::fs::read_to_string(&path).map_err(|error| Stop::failed(path.display(), error))?;
            let kept: toml::Table =
                text.parse().map_err(|error| Stop::Wrong(format!("{}: {error}", path.display())))?;
            if let Some(url) = kept.get("database").and_then(toml::Value::as_str).filter(|url| is_postgres(url)) {
                serving.database = url.to_owned();
            }
        }
        if let Some(url) = &self.serve_as {
            serving.database.clone_from(url);
        }
        let known = serving.database != owner.database || path.exists();
        Ok(known.then_some(serving).filter(|serving| !serving.key_file.is_empty() || !serving.key.is_empty()))
    }

    /// The first settings of a PostgreSQL installation, in a file of the owner's only.
    async fn first_settings(&self, owner: &Settings, context: &Context) -> Result<Settings, Stop> {
        let path = settings_file(context);
        if path.exists() {
            return Err(Stop::Wrong(format!(
                "{}: it names neither the serving URL nor key_file; complete it, or move it away to have a new one made",
                path.display()
            )));
        }
        let mut serving = owner.clone();
        serving.database = match &self.serve_as {
            Some(url) => url.clone(),
            None => {
                let mut secret = [0; 24];
                world::fill(&mut secret);
                let secret = hex::encode(secret);
                migrate::serving_password(&owner.database, &secret)
                    .await
                    .map_err(|failure| super::failed("the password of zhuxue_app was not set", failure))?;
                serving_url(&owner.database, &secret)
            }
        };
        let beside = |name: &str| path.with_file_name(name).display().to_string();
        if serving.key_file.is_empty() && serving.key.is_empty() {
            serving.key_file = beside("zhuxue.key");
        }
        if serving.partners.is_empty() {
            serving.partners = beside("zhuxue.partners.toml");
        }
        let mut kept = toml::Table::new();
        for (name, value) in [
            ("database", &serving.database),
            ("listen", &serving.listen),
            ("address", &serving.address),
            ("key_file", &serving.key_file),
            ("partners", &serving.partners),
        ] {
            kept.insert(name.to_owned(), toml::Value::String(value.clone()));
        }
        let text = format!("# What `zhuxue serve` and `zhuxue work` read in this folder. Keep it private.\n{kept}");
        house::write_private(&path, &text)?;
        super::print(&format!("settings    {}\n", path.display()))?;
        Ok(serving)
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

fn settings_file(context: &Context) -> PathBuf {
    context.config.clone().unwrap_or_else(|| PathBuf::from("zhuxue.toml"))
}

/// The owner's URL with the serving role and its password in it.
fn serving_url(owner: &str, password: &str) -> String {
    let (scheme, rest) = owner.split_once("://").unwrap_or(("postgres", owner));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let host = rest[..end].rsplit_once('@').map_or(&rest[..end], |(_, host)| host);
    format!("{scheme}://{}:{password}@{host}{}", migrate::SERVING_ROLE, &rest[end..])
}

fn key_is_there(settings: &Settings) -> Result<bool, Stop> {
    Ok(!settings.key.is_empty() || house::key_path(settings)?.exists())
}

/// The master key: made once. A database with offices in it was sealed with another, which nothing can replace.
async fn make_keys(settings: &Settings) -> Result<(), Stop> {
    if key_is_there(settings)? {
        return Ok(());
    }
    let path = house::key_path(settings)?;
    let looking = Settings { key: "00".repeat(32), ..settings.clone() };
    let store = house::open_store(&looking).await?;
    let offices: Result<_, store::Failure> =
        store.read("setup_offices", |tx| Box::pin(store::office_place::list(tx))).await;
    let used = !offices.map_err(|failure| super::failed("the database cannot be read", failure))?.is_empty();
    store.close().await;
    if used {
        return Err(Stop::Refused(format!(
            "{}: the master key of this database is missing; bring it back from its safe, a new one cannot read what is stored",
            path.display()
        )));
    }
    house::make_key(&path)?;
    super::print(&format!("master key  {}: keep a copy in a safe, without it the data is lost\n", path.display()))
}

/// A description of the partners in which nobody is connected yet.
fn make_partners(settings: &Settings) -> Result<(), Stop> {
    let path = house::partners_path(settings)?;
    if path.exists() {
        return Ok(());
    }
    let ours =
        if settings.address.is_empty() { format!("http://{}", settings.listen) } else { settings.address.clone() };
    let config = wire::partners::PartnersConfig::unconnected(&world::wire_chance(), ours.trim_end_matches('/'))
        .map_err(|error| Stop::failed("the keys for the partners", error))?;
    let body = toml::to_string(&config).map_err(|error| Stop::failed("the partners", error))?;
    let text = format!(
        "# How the partners are reached. Nobody is connected yet: replace every `….invalid` and `to-be-filled-in` by what\n\
         # the partner gave you, list its host under addresses.hosts, pin its public key, and send it the public half of\n\
         # our_key. Until then nothing is sent, and whatever claims to come from a partner is refused.\n\n{body}"
    );
    house::write_private(&path, &text)?;
    super::print(&format!("partners    {}: nobody is connected yet\n", path.display()))
}

/// Says what a plan adds, or every row that is wrong.
fn tell(plan: &Plan) -> Result<(), Stop> {
    let wrong = [("institutions", &plan.wrong_institutions), ("staff", &plan.wrong_people)];
    let mut text = String::new();
    for (table, rows) in wrong {
        for row in rows {
            text.push_str(&format!("{table}: {}\n", row.message));
        }
    }
    let count = plan.wrong_institutions.len() + plan.wrong_people.len();
    if count > 0 {
        super::print(&text)?;
        return Err(Stop::Wrong(format!("{count} rows are wrong, nothing was written; the first: {}", first(plan))));
    }
    super::print(&format!(
        "would add {} institutions ({} are there), {} loan books, {} accounts ({} are there)\n",
        plan.offices.len(),
        plan.offices_known,
        plan.books.len(),
        plan.people.len(),
        plan.people_known
    ))
}

fn first(plan: &Plan) -> &str {
    plan.wrong_institutions.iter().chain(&plan.wrong_people).next().map_or("", |row| row.message.as_str())
}

fn read_tables(path: &Path) -> Result<Tables, Stop> {
    let (institutions, people) = if path.is_dir() {
        let named = |stem: &str| {
            let found = ["xlsx", "csv"].map(|ending| path.join(format!("{stem}.{ending}")));
            found.iter().find(|file| file.exists()).cloned().unwrap_or_else(|| found[0].clone())
        };
        (named("institutions"), named("staff"))
    } else {
        (path.to_owned(), path.to_owned())
    };
    let bytes = |path: &Path| {
        std::fs::read(path).map_err(|error| Stop::Wrong(format!("{}: it cannot be read ({error})", path.display())))
    };
    let not_read = |path: &Path, error: paper::sheet::NotRead| Stop::Wrong(format!("{}: {error}", path.display()));
    let institutions_read =
        sheets::read_institutions(&bytes(&institutions)?).map_err(|error| not_read(&institutions, error))?;
    let people_read = sheets::read_people(&bytes(&people)?).map_err(|error| not_read(&people, error))?;
    let plan =
        Plan { wrong_institutions: institutions_read.mistakes, wrong_people: people_read.mistakes, ..Plan::default() };
    if !plan.is_right() {
        tell(&plan)?;
    }
    Ok(Tables { institutions: institutions_read.rows, people: people_read.rows })
}

fn write_templates(folder: &Path) -> Result<(), Stop> {
    std::fs::create_dir_all(folder).map_err(|error| Stop::failed(folder.display(), error))?;
    for (name, sheet) in [("institutions.xlsx", &sheets::INSTITUTIONS), ("staff.xlsx", &sheets::PEOPLE)] {
        let path = folder.join(name);
        if path.exists() {
            return Err(Stop::Wrong(format!("{}: it is there already and stays as it is", path.display())));
        }
        let workbook = sheet.template().map_err(|error| Stop::failed(path.display(), error))?;
        std::fs::write(&path, workbook).map_err(|error| Stop::failed(path.display(), error))?;
        super::print(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

async fn new_code(office: &Office, login: &str) -> Result<(), Stop> {
    let given = office.new_first_entrance(login).await.map_err(|failure| super::failed("the code", failure))?;
    match given {
        Some((code, until)) => super::print(&format!("code        {code}   {login}, {}\n", valid(until))),
        None => Err(Stop::Refused(format!("{login}: no administrator has this login name"))),
    }
}

fn valid(until: chrono::DateTime<chrono::Utc>) -> String {
    let shanghai = chrono::FixedOffset::east_opt(8 * 3600).expect("eight hours are an offset");
    format!("until {} in Shanghai", until.with_timezone(&shanghai).format("%Y-%m-%d %H:%M"))
}

fn stopped(no: No<SetUpRefusal>) -> Stop {
    match no {
        No::Failure(failure) => super::failed("the installation", failure),
        No::Refused(SetUpRefusal::ADemonstration) => {
            Stop::Refused("this database is a demonstration and stays one; name another".to_owned())
        }
        No::Refused(refusal) => Stop::Refused(format!("nothing was written: {}", refusal.code())),
        _ => Stop::Refused("nothing was written".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::serving_url;

    #[test]
    fn the_serving_url_is_the_owners_with_another_user() {
        let check = |owner: &str, serving: &str| assert_eq!(serving_url(owner, "s"), serving, "{owner}");
        check("postgres://o:p@h:5432/db?x=y", "postgres://zhuxue_app:s@h:5432/db?x=y");
        check("postgres://o@h/db", "postgres://zhuxue_app:s@h/db");
        check("postgres://h", "postgres://zhuxue_app:s@h");
        check("postgres://o:p%40q@h/db", "postgres://zhuxue_app:s@h/db");
    }
}
