//! A repayment plan put in words: what the years at school, the interest years and the dearest year cost. The money
//! comes from `loan::settlement::quote` alone; here it is only grouped by year and told.

use chrono::Datelike;
use loan::calendar::{Date, date};
use loan::contract::{Indexes, Terms};
use loan::life::Row;
use loan::money::Fen;
use loan::policy::product::{Agreed, agreed};
use loan::policy::{Book, NotCovered};
use loan::settlement::{ContractRefused, quote};
use maud::{Markup, html};

use crate::parts::chart::{self, Year};
use crate::parts::lists::figures;
use crate::parts::show;

/// The day on which loans of an academic year are paid out, where it is not known yet: 20 November. An estimate, and
/// said to be one wherever it is used.
pub fn estimated_disbursement(academic_year: i32) -> Date {
    date(academic_year, 11, 20)
}

/// A plan ready to be told.
pub struct Plan {
    /// The amount borrowed.
    pub principal: Fen,
    /// Years from the application to the end.
    pub years_total: i32,
    /// Year of graduation.
    pub graduates_in: i32,
    /// Rows by calendar year.
    pub years: Vec<Year>,
    /// The rows themselves.
    pub rows: Vec<Row>,
    /// Day of disbursement the plan rests on.
    pub disbursed_on: Date,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum NoPlan {
    /// No rule covers the day.
    NotCovered(NotCovered),
    /// The terms cannot be.
    Refused(ContractRefused),
}

impl Plan {
    /// The plan of a loan signed on a day and paid out on another, on these rates.
    ///
    /// # Errors
    /// [`NoPlan`].
    pub fn of(
        published: &Indexes,
        signed_on: Date,
        disbursed_on: Date,
        principal: Fen,
        graduates_in: i32,
        matures_in: i32,
    ) -> Result<Plan, NoPlan> {
        let book = Book::standard();
        let Agreed { pricing, grace_years, day_count, product, .. } =
            agreed(book, signed_on).map_err(NoPlan::NotCovered)?;
        let terms =
            Terms { principal, disbursed_on, graduates_in, matures_in, grace_years, pricing, day_count, product };
        let life = quote(&terms, published, &[]).map_err(NoPlan::Refused)?;
        Ok(Plan::told(principal, disbursed_on, graduates_in, matures_in, life.rows))
    }

    /// The plan that these rows tell.
    pub fn told(principal: Fen, disbursed_on: Date, graduates_in: i32, matures_in: i32, rows: Vec<Row>) -> Plan {
        Plan {
            principal,
            years_total: matures_in - disbursed_on.year(),
            graduates_in,
            years: by_year(&rows),
            rows,
            disbursed_on,
        }
    }

    /// All interest the borrower pays.
    pub fn interest(&self) -> Fen {
        self.years.iter().map(|year| year.own).sum()
    }

    /// All interest the state pays.
    pub fn subsidy(&self) -> Fen {
        self.years.iter().map(|year| year.state).sum()
    }

    /// The dearest year; the first of equals.
    pub fn peak(&self) -> Option<&Year> {
        self.years.iter().min_by_key(|year| (-paid(year).0, year.year))
    }

    /// The first year with principal.
    pub fn first_principal(&self) -> Option<&Year> {
        self.years.iter().find(|year| year.principal.is_positive())
    }

    /// The last day.
    pub fn ends_on(&self) -> Option<Date> {
        self.rows.last().map(|row| row.due_on)
    }

    /// True when a rate in it is not published yet.
    pub fn is_projected(&self) -> bool {
        self.rows.iter().any(|row| row.rate_projected)
    }

    /// True when a rate in it was invented for a demonstration.
    pub fn is_synthetic(&self) -> bool {
        self.rows.iter().any(|row| row.rate_synthetic)
    }

    /// One sentence for the choice of a term: `2035 年起每年还本 1,090.90 元`.
    pub fn principal_words(&self) -> String {
        let with: Vec<&Year> = self.years.iter().filter(|year| year.principal.is_positive()).collect();
        match with.as_slice() {
            [] => String::new(),
            [only] => format!("{} 年一次还本 {} 元", only.year, show::yuan_brief(only.principal)),
            [first, last] if first.principal == last.principal => {
                format!("{}、{} 年各还本 {} 元", first.year, last.year, show::yuan_brief(first.principal))
            }
            [first, ..] => format!("{} 年起每年还本 {} 元", first.year, show::yuan_brief(first.principal)),
        }
    }

    /// The figures beside a plan.
    pub fn figures(&self) -> Markup {
        let yuan = |amount: Fen| html! { (show::yuan_brief(amount)) " 元" };
        let mut lines = vec![(html! { "在校期间" }, html! { "0 元" })];
        let interest_only: Vec<&Year> =
            self.years.iter().filter(|year| year.own.is_positive() && year.principal.is_zero()).collect();
        let mut rest = interest_only.as_slice();
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|year| year.own == first.own).count();
            let words = match same {
                1 => html! { (first.year) " 年" },
                _ => html! { (first.year) "–" (rest[same - 1].year) " 年，每年" },
            };
            lines.push((words, yuan(first.own)));
            rest = &rest[same..];
            if lines.len() == 4 && rest.len() > 1 {
                break;
            }
        }
        if let Some(peak) = self.peak() {
            lines.push((html! { (peak.year) " 年，还得最多" }, yuan(paid(peak))));
        }
        lines.push((html! { "利息一共" }, yuan(self.interest())));
        figures(&lines)
    }

    /// What a reader who does not see the chart is told.
    pub fn chart_words(&self) -> String {
        let mut words = String::new();
        let free: Vec<&Year> = self.years.iter().filter(|year| paid(year).is_zero()).collect();
        if let (Some(first), Some(last)) = (free.first(), free.last()) {
            words += &format!("{} 到 {} 年利息全部由国家付；", first.year, last.year);
        }
        if let (Some(first), Some(peak)) = (self.first_principal(), self.peak()) {
            words += &format!("{} 年起还本金；{} 年还得最多，为 {} 元", first.year, peak.year, show::yuan(paid(peak)));
        }
        if let Some(end) = self.ends_on() {
            words += &format!("；{} 还清", show::day_text(end));
        }
        words
    }

    /// Chart, legend and what it rests on.
    pub fn figure(&self) -> Markup {
        let rate = self.rows.last().map(|row| row.rate.to_string()).unwrap_or_default();
        html! {
            figure.stack {
                (crate::parts::shell::hatch())
                (chart::plan(&self.years, &self.chart_words()))
                figcaption.hint {
                    "按现在的利率 " (rate) "% 推算，以后每年 " span.nw { "12月21日" } "随市场利率调整一次。放款日按 "
                    (show::day(self.disbursed_on)) "估计。"
                    @if self.is_synthetic() { (show::SYNTHETIC_RATE) }
                }
            }
        }
    }

    /// The table beside the chart.
    pub fn table(&self) -> Markup {
        table(&self.years, self.principal, None)
    }
}

/// What the borrower pays in a year.
pub fn paid(year: &Year) -> Fen {
    year.principal + year.own
}

/// Rows summed by calendar year.
pub fn by_year(rows: &[Row]) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for row in rows {
        let year = row.due_on.year();
        if years.last().is_none_or(|last| last.year != year) {
            years.push(Year { year, principal: Fen::ZERO, own: Fen::ZERO, state: Fen::ZERO });
        }
        let last = years.last_mut().expect("one was pushed above");
        last.principal += row.principal;
        last.own += row.interest;
        last.state += row.interest_subsidised;
    }
    years
}

/// Every year in which something is paid, with sums; `now` marks the year of the reader.
pub fn table(years: &[Year], principal: Fen, now: Option<i32>) -> Markup {
    let paying: Vec<&Year> = years.iter().filter(|year| paid(year).is_positive()).collect();
    let (Some(first), Some(last)) = (paying.first(), paying.last()) else { return html! {} };
    let mut left = principal;
    let sum = |part: fn(&Year) -> Fen| -> Fen { paying.iter().map(|year| part(year)).sum() };
    html! {
        table.data.tight.slim {
            caption.vh { (first.year) " 年到 " (last.year) " 年，每年 " span.nw { "12月20日" } "前应还" }
            thead { tr {
                th scope="col" { "年份" }
                th.n scope="col" { "本金（元）" }
                th.n scope="col" { "利息（元）" }
                th.n scope="col" { "合计（元）" }
                th.n.only-cell scope="col" { "还剩本金（元）" }
            } }
            tbody {
                @for year in years {
                    @let after = { left -= year.principal; left };
                    @if paid(year).is_positive() {
                        tr.hit[now == Some(year.year)] {
                            th scope="row" { (year.year) }
                            td.n { (show::cell(year.principal)) }
                            td.n { (show::cell(year.own)) }
                            td.n { (show::yuan(paid(year))) }
                            td.n.only-cell { (show::yuan(after)) }
                        }
                    }
                }
            }
            tfoot { tr {
                th scope="row" { "合计" }
                td.n { (show::yuan(sum(|year| year.principal))) }
                td.n { (show::yuan(sum(|year| year.own))) }
                td.n { (show::yuan(sum(paid))) }
                td.only-cell {}
            } }
        }
    }
}
