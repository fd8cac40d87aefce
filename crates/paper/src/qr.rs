//! QR codes as SVG: on legal papers they lead to `/v/<code>`, on tickets and pages to where the
//! person should go next. One path, no style attribute, so a strict content policy shows it.

use qrcode::{EcLevel, QrCode};

/// The QR code of a text as a standalone SVG with a two-module quiet zone.
///
/// `label` is what a screen reader says. Returns `None` when the text is longer than a QR code of
/// middle error correction holds (about 2 300 bytes).
///
/// ```
/// let svg = paper::qr_svg("https://example.test/v/K7QM2", "验真二维码").unwrap();
/// assert!(svg.contains(r#"role="img""#) && svg.contains(r#"aria-label="验真二维码""#));
/// ```
pub fn qr_svg(text: &str, label: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = code.width();
    let dark = code.to_colors();
    let mut path = String::new();
    for (y, row) in dark.chunks(side).enumerate() {
        let mut x = 0;
        while x < side {
            let run = row[x..].iter().take_while(|c| **c == qrcode::Color::Dark).count();
            if run > 0 {
                path += &format!("M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    let label = crate::chart::escape(label);
    let full = side + 4;
    Some(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="-2 -2 {full} {full}" role="img" aria-label="{label}"><path d="{path}"/></svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_pattern_stands_in_the_corner() {
        let svg = qr_svg("https://zhuxue.example/v/ABCD", "验真").unwrap();
        assert!(svg.contains("M0 0h7v1h-7z"), "{svg}");
        assert!(!svg.contains("style"));
    }

    #[test]
    fn a_hostile_label_stays_text_and_a_book_is_refused() {
        let svg = qr_svg("x", r#"" onload="alert(1)"#).unwrap();
        assert!(svg.contains("&quot; onload=&quot;alert(1)"));
        assert_eq!(qr_svg(&"字".repeat(2_000), "太长"), None);
    }
}
