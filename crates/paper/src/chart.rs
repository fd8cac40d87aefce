//! The repayment plan as a picture: one bar a year, principal solid, the borrower's interest
//! hatched, what the state pays dashed. Colours come from the page's style sheet by class
//! (`p1 p2 p3 ax gr lab`); pattern and outline tell the parts apart without colour.

use chrono::Datelike;
use loan::life::Row;
use loan::money::Fen;

use crate::amount_in_figures;

/// One year of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year {
    /// Calendar year of the settlement day.
    pub year: i32,
    /// Principal the borrower pays.
    pub principal: Fen,
    /// Interest the borrower pays.
    pub own_interest: Fen,
    /// Interest the state pays.
    pub state_interest: Fen,
}

impl Year {
    fn total(&self) -> Fen {
        self.principal + self.own_interest + self.state_interest
    }

    fn owed(&self) -> Fen {
        self.principal + self.own_interest
    }
}

/// The calendar years of a plan's rows, prepayment days added to their year.
pub fn years_of(rows: &[Row]) -> Vec<Year> {
    let of_year = |run: &[Row]| Year {
        year: run[0].due_on.year(),
        principal: run.iter().map(|row| row.principal).sum(),
        own_interest: run.iter().map(|row| row.interest).sum(),
        state_interest: run.iter().map(|row| row.interest_subsidised).sum(),
    };
    rows.chunk_by(|a, b| a.due_on.year() == b.due_on.year()).map(of_year).collect()
}

/// For which screen a chart is drawn; a page carries both and shows one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 640 by 250, class `only-wide`.
    Wide,
    /// 320 by 200, class `only-phone`.
    Phone,
}

/// The plan as a figure's contents: the hatch pattern, the legend and both charts.
///
/// The legend leaves out 国家付的利息 when the state pays nothing. Put it inside
/// `<figure class="stack">` and add a caption and a table.
///
/// ```
/// use loan::money::Fen;
/// use paper::chart::{Year, plan_figure};
/// let year = |year| Year { year, principal: Fen::yuan(100), own_interest: Fen(2_800), state_interest: Fen::ZERO };
/// let figure = plan_figure(&[year(2035), year(2036)]);
/// assert!(figure.contains("2035 到 2036 年每年还本金 100.00 元和利息，2036 年还清"));
/// ```
pub fn plan_figure(years: &[Year]) -> String {
    [hatch(), legend(years), plan_chart(years, Screen::Wide), plan_chart(years, Screen::Phone)].concat()
}

/// The pattern that `p2` bars are filled with; once on a page that has a chart.
pub fn hatch() -> String {
    concat!(
        r#"<svg width="0" height="0" class="vh" aria-hidden="true"><defs>"#,
        r#"<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">"#,
        r#"<rect class="hatch-bg" width="5" height="5"/><path class="hatch-ln" d="M0 0V5"/></pattern></defs></svg>"#
    )
    .into()
}

/// Which mark means what.
pub fn legend(years: &[Year]) -> String {
    let state_pays = years.iter().any(|year| !year.state_interest.is_zero());
    let own = if state_pays { "你付的利息" } else { "利息" };
    let mut list = format!(
        concat!(
            r#"<ul class="legend"><li><svg viewBox="0 0 16 12" aria-hidden="true"><rect class="p1" width="16" height="12"/></svg>本金</li>"#,
            r##"<li><svg viewBox="0 0 16 12" aria-hidden="true"><rect class="p2" fill="url(#hatch)" x=".5" y=".5" width="15" height="11"/></svg>{}</li>"##,
        ),
        own
    );
    if state_pays {
        list += r#"<li><svg viewBox="0 0 16 12" aria-hidden="true"><rect class="p3" x=".5" y=".5" width="15" height="11"/></svg>国家付的利息</li>"#;
    }
    list + "</ul>"
}

/// One chart; an empty plan gives an empty text.
pub fn plan_chart(years: &[Year], screen: Screen) -> String {
    let Some(tallest) = years.iter().max_by_key(|year| (year.total(), -year.year)) else { return String::new() };
    let (width, height, class) = match screen {
        Screen::Wide => (640, 250, "only-wide"),
        Screen::Phone => (320, 200, "only-phone"),
    };
    let (left, right, top, base) = (46.0, f64::from(width) - 4.0, 26.0, f64::from(height) - 24.0);
    let (step, steps) = grid(tallest.total());
    let scale = (base - top) / (step.0 * steps) as f64;
    let y_of = |amount: Fen| base - amount.0 as f64 * scale;

    let mut svg = format!(
        r#"<svg class="chart {class}" viewBox="0 0 {width} {height}" role="img" aria-label="{}">"#,
        escape(&plan_in_words(years))
    );
    for line in 0..=steps {
        let amount = Fen(step.0 * line);
        let y = y_of(amount);
        let kind = if line == 0 { "ax" } else { "gr" };
        let figures = amount_in_figures(amount);
        let figures = figures.strip_suffix(".00").unwrap_or(&figures);
        svg += &format!(
            r#"<path class="{kind}" d="M46 {y:.1}H{right}"/><text x="38" y="{:.1}" text-anchor="end">{figures}</text>"#,
            y + 4.0
        );
    }

    let slot = (right - left) / years.len() as f64;
    let bar = slot * 0.68;
    let every = (70.0 / slot).ceil().max(1.0) as usize;
    let last = years.len() - 1;
    for (index, year) in years.iter().enumerate() {
        let x = left + slot * (index as f64 + 0.16);
        let mut floor = Fen::ZERO;
        let parts = [
            (year.principal, r#"class="p1""#),
            (year.own_interest, r##"class="p2" fill="url(#hatch)""##),
            (year.state_interest, r#"class="p3""#),
        ];
        for (amount, look) in parts {
            if amount.is_positive() {
                let (from, to) = (y_of(floor), y_of(floor + amount));
                svg += &format!(r#"<rect {look} x="{x:.1}" y="{to:.1}" width="{bar:.1}" height="{:.1}"/>"#, from - to);
                floor += amount;
            }
        }
        if index == last || (index % every == 0 && last - index >= every) {
            let middle = x + bar / 2.0;
            svg +=
                &format!(r#"<text x="{middle:.1}" y="{:.1}" text-anchor="middle">{}</text>"#, base + 18.0, year.year);
        }
        if std::ptr::eq(year, tallest) && tallest.total().is_positive() {
            // Keep the figure inside the picture over the first and the last bars.
            let middle = (x + bar / 2.0).clamp(left, right - 26.0);
            svg += &format!(
                r#"<text class="lab" x="{middle:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
                y_of(year.total()) - 8.0,
                amount_in_figures(year.total())
            );
        }
    }
    svg + r#"<text x="0" y="12">元</text></svg>"#
}

/// Distance and number of grid lines: three or four round steps that reach over the tallest bar.
fn grid(tallest: Fen) -> (Fen, i64) {
    let top = tallest.0.max(1);
    let mut power = 100;
    loop {
        for round in [1, 2, 4, 5] {
            let step = round * power;
            if step * 4 >= top {
                return (Fen(step), (top + step - 1) / step);
            }
        }
        power *= 10;
    }
}

/// What a year is like for the borrower.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Nothing,
    StatePays,
    InterestOnly,
    Principal,
}

fn phase(year: &Year) -> Phase {
    match () {
        () if year.principal.is_positive() => Phase::Principal,
        () if year.own_interest.is_positive() => Phase::InterestOnly,
        () if year.state_interest.is_positive() => Phase::StatePays,
        () => Phase::Nothing,
    }
}

/// The chart in a sentence, for readers who cannot see it.
pub fn plan_in_words(years: &[Year]) -> String {
    let mut sentences = Vec::new();
    for run in years.chunk_by(|a, b| phase(a) == phase(b)) {
        let (first, last) = (run[0].year, run[run.len() - 1].year);
        let when = if first == last { format!("{first} 年") } else { format!("{first} 到 {last} 年") };
        let each = if first == last { "" } else { "每年" };
        sentences.push(match phase(&run[0]) {
            Phase::Nothing => format!("{when}不用还款"),
            Phase::StatePays => format!("{when}利息全部由国家付"),
            Phase::InterestOnly => format!("{when}{each}只还利息"),
            // The last instalment carries what division left over.
            Phase::Principal if run[..run.len().max(2) - 1].iter().all(|y| y.principal == run[0].principal) => {
                format!("{when}{each}还本金 {} 元和利息", amount_in_figures(run[0].principal))
            }
            Phase::Principal => format!("{when}{each}还本金和利息"),
        });
    }
    let mut words = sentences.join("；");
    if let Some(end) = years.iter().rev().find(|year| year.principal.is_positive()) {
        let most = years.iter().rev().max_by_key(|year| year.owed()).expect("there is a year");
        if most.year != end.year && years.iter().filter(|year| year.owed() == most.owed()).count() == 1 {
            words += &format!("，{} 年最多，为 {} 元", most.year, amount_in_figures(most.owed()));
        }
        words += &format!("，{} 年还清", end.year);
    }
    words
}

/// Text inside an attribute or element of SVG.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use loan::calendar::date;
    use loan::event::{Event, EventKind, PrepayAmount};

    use super::*;

    /// 12 000 yuan lent in 2026, graduation 2030, five years of grace, maturity 2045, 2.80 %.
    fn plan() -> Vec<Year> {
        let year = |year, principal, own, state| Year {
            year,
            principal: Fen(principal),
            own_interest: Fen(own),
            state_interest: Fen(state),
        };
        let mut years = vec![year(2026, 0, 0, 2_893)];
        years.extend((2027..2030).map(|y| year(y, 0, 0, 33_600)));
        years.push(year(2030, 0, 10_400, 23_667));
        years.extend((2031..2035).map(|y| year(y, 0, 33_600, 0)));
        years.extend((2035..2045).map(|y| year(y, 109_090, 33_600 - (y as i64 - 2035) * 3_055, 0)));
        years.push(year(2045, 109_100, 2_325, 0));
        years
    }

    #[test]
    fn rows_of_one_year_are_one_bar() {
        let rows = crate::samples::quoted(&[Event {
            on: date(2036, 3, 10),
            kind: EventKind::PrepayFiled { amount: PrepayAmount::Part(Fen::yuan(3_000)) },
        }]);
        assert_eq!(rows.iter().filter(|row| row.due_on.year() == 2036).count(), 2, "the prepayment has its own row");
        let years = years_of(&rows);
        assert_eq!((years[0].year, years.len()), (2026, 20));
        let bar = years.iter().find(|year| year.year == 2036).expect("the year is in the plan");
        let sum = |column: fn(&Row) -> Fen| rows.iter().filter(|r| r.due_on.year() == 2036).map(column).sum::<Fen>();
        assert_eq!((bar.principal, bar.own_interest), (sum(|row| row.principal), sum(|row| row.interest)));
        assert_eq!(years.iter().map(|year| year.principal).sum::<Fen>(), Fen::yuan(12_000));
    }

    #[test]
    fn the_wide_chart_has_the_measures_of_the_design() {
        let svg = plan_chart(&plan(), Screen::Wide);
        for piece in [
            r#"class="chart only-wide" viewBox="0 0 640 250" role="img""#,
            r#"<path class="ax" d="M46 226.0H636"/><text x="38" y="230.0" text-anchor="end">0</text>"#,
            r#"<path class="gr" d="M46 26.0H636"/><text x="38" y="30.0" text-anchor="end">1,600</text>"#,
            r#"<rect class="p3" x="50.7" y="222.4" width="20.1" height="3.6"/>"#,
            r##"<rect class="p2" fill="url(#hatch)" x="168.7" y="213.0" width="20.1" height="13.0"/>"##,
            r#"<rect class="p1" x="316.2" y="89.6" width="20.1" height="136.4"/>"#,
            r#"<text class="lab" x="326.2" y="39.6" text-anchor="middle">1,426.90</text>"#,
            r#"<text x="621.2" y="244.0" text-anchor="middle">2045</text>"#,
        ] {
            assert!(svg.contains(piece), "{piece}\n{svg}");
        }
        assert!(!svg.contains(">2044<"), "a year beside the last one has no label");
        assert!(!svg.contains("style=") && !svg.contains("<script"));
    }

    #[test]
    fn the_phone_chart_labels_fewer_years() {
        let svg = plan_chart(&plan(), Screen::Phone);
        assert!(svg.contains(r#"viewBox="0 0 320 200""#));
        let labelled: Vec<bool> =
            [2026, 2032, 2038, 2044, 2045].iter().map(|y| svg.contains(&format!(">{y}<"))).collect();
        assert_eq!(labelled, [true, true, true, false, true]);
    }

    #[test]
    fn the_chart_is_also_a_sentence() {
        assert_eq!(
            plan_in_words(&plan()),
            "2026 到 2029 年利息全部由国家付；2030 到 2034 年每年只还利息；2035 到 2045 年每年还本金 1,090.90 元和利息，\
             2035 年最多，为 1,426.90 元，2045 年还清"
        );
        assert_eq!(plan_in_words(&[]), "");
        assert_eq!(plan_chart(&[], Screen::Wide), "");
        let one = Year { year: 2030, principal: Fen(5), own_interest: Fen::ZERO, state_interest: Fen::ZERO };
        assert_eq!(plan_in_words(&[one]), "2030 年还本金 0.05 元和利息，2030 年还清");
    }

    #[test]
    fn the_legend_names_the_state_only_when_it_pays() {
        assert!(legend(&plan()).contains("国家付的利息"));
        assert!(!legend(&plan()[5..]).contains("国家"));
    }

    #[test]
    fn grid_lines_are_round_and_at_most_four() {
        for (fen, step, steps) in [
            (142_690, 40_000, 4),
            (517_252, 200_000, 3),
            (1, 100, 1),
            (0, 100, 1),
            (40_000, 10_000, 4),
            (40_001, 20_000, 3),
        ] {
            assert_eq!(grid(Fen(fen)), (Fen(step), steps), "{fen}");
        }
    }
}
