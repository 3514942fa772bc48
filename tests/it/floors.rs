//! The boundaries between modules: a module uses only floors below its own, and a few crates and
//! keywords stay in the room that is theirs.

use std::path::{Path, PathBuf};

/// The modules of each floor, from the ground up.
const FLOORS: [&[&str]; 11] = [
    &["error", "Result", "Error"],
    &["unit", "kernel", "parallel"],
    &["signal", "response"],
    &["engine", "fec"],
    &["device", "transceiver", "analysis"],
    &["route"],
    &["budget"],
    &["preset", "config"],
    &["sweep", "proof"],
    &["report", "plot"],
    &["cli", "main"],
];

/// Words of code, each with where it may stand.
const ROOMS: [(&str, &str); 8] = [
    ("rustfft", "kernel/fft.rs"),
    ("realfft", "kernel/fft.rs"),
    ("rand_distr", "kernel/rng.rs"),
    ("rand_xoshiro", "kernel/rng.rs"),
    ("rand", "kernel/rng.rs"),
    ("rayon", "parallel.rs"),
    ("plotters", "plot/"),
    ("unsafe", "nowhere"),
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Every source file: its path below `src`, and its code without whole lines of comment.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files) = (vec![root.clone()], Vec::<PathBuf>::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let code = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
    files.iter().map(|path| (name(path), code(path))).collect()
}

fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// Names and punctuation, one after the other.
fn words(code: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    code.split_inclusive(move |c| !is_name(c)).flat_map(move |piece| {
        let (name, rest) = piece.split_at(piece.find(|c| !is_name(c)).unwrap_or(piece.len()));
        [name, rest]
    })
}

/// The first names of all paths that begin at the root of the crate, those in braces too.
fn uses(code: &str) -> Vec<&str> {
    let words: Vec<&str> = words(code).filter(|word| !word.trim().is_empty()).collect();
    let mut found = Vec::new();
    for start in (0..words.len()).filter(|&n| words[n] == "crate") {
        match words[start + 1..] {
            [":", ":", "{", ref group @ ..] => {
                let (mut depth, mut first) = (1, true);
                for word in group {
                    match *word {
                        "{" => depth += 1,
                        "}" => depth -= 1,
                        "," if depth == 1 => first = true,
                        name if depth == 1 && std::mem::take(&mut first) => found.push(name),
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            [":", ":", name, ..] => found.push(name),
            _ => {}
        }
    }
    found
}

#[test]
fn every_module_uses_only_floors_below_its_own() {
    let mut wrong = Vec::new();
    // The root only declares the modules and gathers the prelude; tests may try whole presets.
    let built = |(file, _): &&(String, String)| file != "lib.rs" && !file.ends_with("tests.rs");
    for (file, code) in sources().iter().filter(built) {
        let own = module(file);
        let Some(height) = floor(own) else {
            wrong.push(format!("{file}: `{own}` has no floor"));
            continue;
        };
        for used in uses(code).into_iter().filter(|used| *used != own) {
            match floor(used) {
                Some(below) if below < height => {}
                Some(_) => wrong.push(format!("{file}: `{used}` is not below `{own}`")),
                None => wrong.push(format!("{file}: `{used}` has no floor")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn uses_are_found_in_every_form() {
    let code = "use crate::a::{b, c};\nuse crate::{Error, d::{e, f}, g as h};\n\
                pub(crate) fn f() -> crate::i::J { $crate::k::l!(x) }";
    assert_eq!(uses(code), ["a", "Error", "d", "g", "i", "k"]);
}

#[test]
fn crates_and_keywords_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        for (word, room) in ROOMS.iter().filter(|(_, room)| !file.starts_with(room)) {
            if words(&code).any(|found| found == *word) {
                wrong.push(format!("{file}: `{word}` belongs to {room}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
