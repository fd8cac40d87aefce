//! The plan as a picture: one bar a year, solid for principal, hatched for the borrower's interest, dashed for what
//! the state pays. Drawn twice, wide and narrow, so that letters keep their size on a phone; a table stands beside it.
//!
//! Written by hand instead of a plotting crate: the page's content policy allows no inline style, and shapes must
//! take their look from the style sheet.

use std::fmt::Write;

use loan::money::Fen;
use maud::{Markup, PreEscaped, html};

use super::show;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year {
    /// Under the bar.
    pub year: i32,
    /// Principal falling due.
    pub principal: Fen,
    /// Borrower's interest.
    pub own: Fen,
    /// State's interest.
    pub state: Fen,
}

impl Year {
    fn height(&self) -> i64 {
        self.principal.0.max(0) + self.own.0.max(0) + self.state.0.max(0)
    }

    fn paid(&self) -> i64 {
        self.principal.0.max(0) + self.own.0.max(0)
    }
}

/// Legend and both drawings. The page must also hold [`super::shell::hatch`].
pub fn plan(years: &[Year], words: &str) -> Markup {
    html! {
        ul.legend {
            li { (key(r#"class="p1" width="16" height="12""#)) "本金" }
            li { (key(r#"class="p2" fill="url(#hatch)" x=".5" y=".5" width="15" height="11""#)) "你付的利息" }
            li { (key(r#"class="p3" x=".5" y=".5" width="15" height="11""#)) "国家付的利息" }
        }
        (draw(years, words, &WIDE))
        (draw(years, words, &NARROW))
    }
}

/// A small drawing for comparing plans side by side.
pub fn small(years: &[Year], words: &str, top: Fen) -> Markup {
    let width = 200.0 / years.len().max(1) as f64;
    let scale = 60.0 / top.0.max(1) as f64;
    let mut shapes = String::new();
    for (place, year) in years.iter().enumerate() {
        bars(&mut shapes, year, place as f64 * width + width * 0.1, width * 0.8, 62.0, scale);
    }
    PreEscaped(format!(
        r#"<svg class="chart" viewBox="0 0 200 64" role="img" aria-label="{}">{shapes}<path class="ax" d="M0 62H200"/></svg>"#,
        escape(words)
    ))
}

fn key(shape: &str) -> Markup {
    PreEscaped(format!(r#"<svg viewBox="0 0 16 12" aria-hidden="true"><rect {shape}/></svg>"#))
}

struct Size {
    class: &'static str,
    width: f64,
    height: f64,
    labels: usize,
}

const WIDE: Size = Size { class: "only-wide", width: 640.0, height: 250.0, labels: 8 };
const NARROW: Size = Size { class: "only-phone", width: 320.0, height: 200.0, labels: 4 };

const LEFT: f64 = 46.0;
const TOP: f64 = 26.0;

fn draw(years: &[Year], words: &str, size: &Size) -> Markup {
    let bottom = size.height - 24.0;
    let right = size.width - 4.0;
    let highest = years.iter().map(Year::height).max().unwrap_or(0);
    let step = tick_step(highest);
    let ticks = (highest + step - 1).div_euclid(step).max(1);
    let scale = (bottom - TOP) / (ticks * step) as f64;
    let mut shapes = String::new();
    for tick in 0..=ticks {
        let y = bottom - (tick * step) as f64 * scale;
        let class = if tick == 0 { "ax" } else { "gr" };
        let label = show::yuan_brief(Fen(tick * step));
        line(&mut shapes, format_args!(r#"<path class="{class}" d="M{LEFT} {y:.1}H{right}"/>"#));
        line(&mut shapes, format_args!(r#"<text x="38" y="{:.1}" text-anchor="end">{label}</text>"#, y + 4.0));
    }
    let slot = (right - LEFT) / years.len().max(1) as f64;
    let every = years.len().div_ceil(size.labels).max(1);
    let peak = years.iter().enumerate().max_by_key(|(place, year)| (year.paid(), std::cmp::Reverse(*place)));
    for (place, year) in years.iter().enumerate() {
        let x = LEFT + place as f64 * slot;
        bars(&mut shapes, year, x + slot * 0.16, slot * 0.68, bottom, scale);
        let last = place + 1 == years.len();
        if (place % every == 0 && years.len() - 1 - place >= every.div_ceil(2).max(2)) || last {
            let (x, y) = (x + slot / 2.0, bottom + 18.0);
            line(&mut shapes, format_args!(r#"<text x="{x:.1}" y="{y}" text-anchor="middle">{}</text>"#, year.year));
        }
    }
    if let Some((place, year)) = peak.filter(|(_, year)| year.paid() > 0) {
        let x = (LEFT + (place as f64 + 0.5) * slot).clamp(LEFT + 26.0, right - 26.0);
        let y = bottom - year.height() as f64 * scale - 8.0;
        let amount = show::yuan(Fen(year.paid()));
        line(
            &mut shapes,
            format_args!(r#"<text class="lab" x="{x:.1}" y="{y:.1}" text-anchor="middle">{amount}</text>"#),
        );
    }
    PreEscaped(format!(
        r#"<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{shapes}<text x="0" y="12">元</text></svg>"#,
        size.class,
        size.width,
        size.height,
        escape(words)
    ))
}

fn bars(shapes: &mut String, year: &Year, x: f64, width: f64, bottom: f64, scale: f64) {
    let mut y = bottom;
    let kinds = [
        (year.principal, r#"class="p1""#),
        (year.own, r#"class="p2" fill="url(#hatch)""#),
        (year.state, r#"class="p3""#),
    ];
    for (amount, look) in kinds {
        if amount.is_positive() {
            let height = amount.0 as f64 * scale;
            y -= height;
            line(
                shapes,
                format_args!(r#"<rect {look} x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"#),
            );
        }
    }
}

fn line(shapes: &mut String, shape: std::fmt::Arguments<'_>) {
    shapes.write_fmt(shape).expect("writing to a string cannot fail");
}

/// A round step that gives three to six lines: 1, 2, 4 or 5 times a power of ten, in fen.
fn tick_step(highest: i64) -> i64 {
    let mut unit = 10_000;
    loop {
        for times in [1, 2, 4, 5] {
            if highest <= unit * times * 5 {
                return unit * times;
            }
        }
        unit *= 10;
    }
}

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        for (highest, step) in
            [(0, 10_000), (50_000, 10_000), (142_690, 40_000), (517_252, 200_000), (2_000_000, 400_000)]
        {
            assert_eq!(tick_step(highest), step, "{highest}");
        }
    }

    #[test]
    fn drawing_has_no_inline_style_and_escapes_words() {
        let years = [Year { year: 2030, principal: Fen(100), own: Fen(50), state: Fen(0) }];
        let text = plan(&years, "<\"&").into_string();
        assert!(!text.contains("style="));
        assert!(text.contains("&lt;&quot;&amp;"));
        assert_eq!(text.matches("<rect class=\"p1\" x").count(), 2);
        assert!(!plan(&[], "").into_string().contains("NaN"));
    }
}
