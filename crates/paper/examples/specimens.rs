//! Prints a specimen of every form into a folder, to look at: `cargo run -p paper --example specimens -- FOLDER`.

#[allow(dead_code)] // The tests use more of it.
#[path = "../src/samples.rs"]
mod samples;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "specimens".into()));
    std::fs::create_dir_all(&folder)?;
    let began = std::time::Instant::now();
    let press = paper::Press::new()?;
    println!("fonts and templates: {:?}", began.elapsed());
    let mut failed = None;
    samples::each(|specimen| {
        let began = std::time::Instant::now();
        let printed = specimen.print(&press);
        let code = specimen.form().code;
        println!("{code}: {} pages, {} kB, {:?}", printed.pages, printed.pdf.len() / 1024, began.elapsed());
        if let Err(cause) = std::fs::write(folder.join(format!("{code}.pdf")), printed.pdf) {
            failed = Some(cause);
        }
    });
    failed.map_or(Ok(()), |cause| Err(cause.into()))
}
