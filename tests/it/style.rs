//! What a reader may rely on in every source file.

use std::path::Path;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 5] = ["utils", "util", "common", "types", "helpers"];

fn check(folder: &Path, wrong: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut complain = |text: &str| wrong.push(format!("{}: {text}", path.display()));
        if EMPTY_NAMES.contains(&stem.as_str()) {
            complain("a name that says nothing");
        }
        if path.is_dir() {
            check(&path, wrong);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let says = |line: &str| line.strip_prefix("//! ").is_some_and(|l| l.len() > 10);
            if !text.lines().next().is_some_and(says) {
                complain("the first line does not say what the file is");
            }
            if text.lines().any(|line| line.ends_with(' ') || line.contains('\t')) {
                complain("blanks at the end of a line, or tabs");
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches", "examples"].map(|folder| root.join(folder)) {
        if folder.exists() {
            check(&folder, &mut wrong);
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
