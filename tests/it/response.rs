//! Two-ports, mixed mode and Touchstone files against scikit-rf, against independent values of
//! real channels, and against the COM tool.

// A test says what it skipped and what it measured, and may stop at once.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::path::{Path, PathBuf};

use lightlane::response::com::{ComLine, ComPackage};
use lightlane::response::filter::com_transition;
use lightlane::response::{MixedMode, Network, PortMap, TwoPort};
use ndarray::Array3;
use num_complex::Complex64;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// A folder beside the package that holds real channels; not part of it.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

fn numbers(line: &str) -> Vec<f64> {
    line.split(',').map(|field| field.parse().unwrap()).collect()
}

/// Vectors of scikit-rf: by case, then by point, row and column from 1.
fn vectors() -> BTreeMap<String, Vec<([usize; 3], Complex64)>> {
    let text = std::fs::read_to_string(data("response_scikit_rf.csv")).unwrap();
    let mut cases = BTreeMap::<_, Vec<_>>::new();
    for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let (case, rest) = line.split_once(',').unwrap();
        let v = numbers(rest);
        let place = [v[0] as usize, v[1] as usize - 1, v[2] as usize - 1];
        cases.entry(case.to_owned()).or_default().push((place, Complex64::new(v[3], v[4])));
    }
    cases
}

fn check_vectors(case: &str, value: impl Fn([usize; 3]) -> Complex64) {
    let cases = vectors();
    let expected = &cases[case];
    assert!(!expected.is_empty());
    for &(place, expected) in expected {
        let found = value(place);
        assert!((found - expected).norm() < 1e-10, "{case} {place:?}: {found}, not {expected}");
    }
}

fn modes(mixed: &MixedMode, [point, i, j]: [usize; 3]) -> Complex64 {
    let block = match (i / 2, j / 2) {
        (0, 0) => mixed.sdd(point),
        (0, _) => mixed.sdc(point),
        (_, 0) => mixed.scd(point),
        _ => mixed.scc(point),
    };
    block[i % 2][j % 2]
}

fn entry(s: &TwoPort, [_, i, j]: [usize; 3]) -> Complex64 {
    [[s.s11, s.s12], [s.s21, s.s22]][i][j]
}

#[test]
fn renormalizing_and_mixed_mode_agree_with_scikit_rf() {
    let unequal = Network::read(data("random_unequal.s4p")).unwrap();
    let equal = Network::read(data("random_50.s4p")).unwrap();
    assert_eq!(unequal.reference(), [50.0, 42.5, 50.0, 61.25]);

    let fifty = unequal.renormalize(&[50.0; 4]).unwrap();
    check_vectors("unequal_to_50", |[point, i, j]| fifty.matrix(point)[[i, j]]);
    let other = unequal.renormalize(&[30.0, 75.0, 100.0, 47.0]).unwrap();
    check_vectors("unequal_to_unequal", |[point, i, j]| other.matrix(point)[[i, j]]);

    // Unequal references are brought to 50 ohm first.
    let mixed = unequal.mixed_mode(PortMap::Across).unwrap();
    check_vectors("mixed_1-2_3-4_unequal", |place| modes(&mixed, place));
    for map in [PortMap::Across, PortMap::Straight] {
        let mixed = equal.mixed_mode(map).unwrap();
        let case = format!("mixed_{}", map.to_string().replace(' ', "_"));
        check_vectors(&case, |place| modes(&mixed, place));
    }

    let through = equal.differential(PortMap::Across).unwrap();
    let first = unequal.report(&unequal.differential(PortMap::Across).unwrap()).unwrap();
    let largest = vectors()["singular_unequal"].iter().map(|v| v.1.re).fold(0.0, f64::max);
    assert!((first.max_singular_value - largest).abs() < 1e-9);
    assert!(first.passive && !first.reciprocal && through.reference_ohm() > 99.9);
}

#[test]
fn cascades_agree_with_scikit_rf() {
    let equal = Network::read(data("random_50.s4p")).unwrap();
    let unequal = Network::read(data("random_unequal.s4p")).unwrap();
    let a = equal.differential(PortMap::Across).unwrap();
    let b = unequal.differential(PortMap::Straight).unwrap();
    let (a, b) = (a.points(), b.points());
    check_vectors("cascade", |place| entry(&a[place[0]].cascade(&b[place[0]]), place));
    check_vectors("cascade_85", |place| {
        let b = TwoPort { reference_ohm: 85.0, ..b[place[0]] };
        entry(&a[place[0]].cascade(&b), place)
    });
    check_vectors("differential_to_72", |place| entry(&a[place[0]].renormalize(72.0), place));
}

#[test]
fn every_real_channel_has_the_listed_grid_and_shows_its_wiring() {
    let Some(channels) = shared("channels") else { return };
    let Some(list) = shared("reference/com/common/touchstone_files.json") else { return };
    let list = std::fs::read_to_string(list).unwrap();
    let field = |block: &str, name: &str| {
        let (_, rest) = block.split_once(&format!("\"{name}\": ")).unwrap();
        rest.split([',', '\n']).next().unwrap().trim().trim_matches('"').to_owned()
    };
    let (mut seen, mut missing, mut uncertain) = (0, 0, Vec::new());
    for block in list.split('{').skip(1) {
        let file = field(block, "file");
        if !channels.join(&file).exists() {
            missing += 1;
            continue;
        }
        let network = Network::read(channels.join(&file)).unwrap();
        assert_eq!(network.frequency().len().to_string(), field(block, "points"), "{file}");
        let bounds = [network.frequency()[0], *network.frequency().last().unwrap()];
        for (found, name) in bounds.iter().zip(["f_first_Hz", "f_last_Hz"]) {
            let expected: f64 = field(block, name).parse().unwrap();
            assert!((found - expected).abs() < 1.0, "{file}: {found}, not {expected}");
        }
        let detection = PortMap::detect(&network).unwrap();
        assert_eq!(detection.map, PortMap::Across, "{file}: {}", detection.evidence);
        // The same data with ports 2 and 3 exchanged is wired the other way.
        let order = [0, 2, 1, 3];
        let exchanged =
            Array3::from_shape_fn((network.frequency().len(), 4, 4), |(point, i, j)| {
                network.matrix(point)[[order[i], order[j]]]
            });
        let exchanged =
            Network::new(network.frequency().to_vec(), vec![50.0; 4], exchanged).unwrap();
        let other = PortMap::detect(&exchanged).unwrap();
        assert_eq!(other.certain, detection.certain, "{file}: {}", other.evidence);
        assert!(!other.certain || other.map == PortMap::Straight, "{file}: {}", other.evidence);
        if !detection.certain {
            println!("{file}: {}", detection.evidence);
            uncertain.push(file);
        }
        seen += 1;
    }
    println!("skipped: {missing} of {} listed files are not there", seen + missing);
    println!("{seen} files, {} uncertain", uncertain.len());
    // Of the closed-form channel, the crosstalk is between lines that are not coupled at all.
    assert!(uncertain.iter().all(|file| file.contains("synthP") && !file.contains("THRU")));
}

#[test]
fn the_802_3ck_channels_have_their_loss() {
    let Some(folder) = shared("channels/lim_3ck") else { return };
    for (name, expected) in [("Channel1", 14.401), ("Channel2", 14.595), ("Channel3", 14.676)] {
        let mut files =
            std::fs::read_dir(folder.join(name)).unwrap().map(|file| file.unwrap().path());
        let through = files.find(|path| path.to_string_lossy().contains("Thru")).unwrap();
        let network = Network::read(&through).unwrap();
        let pair = network.differential(PortMap::Across).unwrap();
        let loss = pair.insertion_loss_db(26.5625e9);
        assert!((loss - expected).abs() < 0.01, "{name}: {loss}");
        let notes = pair.check(53.125e9).unwrap();
        assert!(notes[0].contains("ends at 50 GHz"), "{notes:?}");
        let report = network.report(&pair).unwrap();
        assert!(report.reciprocal && report.passive, "{name}: {report:?}");
        assert!(report.causality_percent > 80.0 && report.early_energy < 1e-3, "{report:?}");
    }
}

#[test]
fn dc_that_is_cut_off_a_real_channel_is_found_again() {
    let Some(channels) = shared("channels") else { return };
    for file in [
        "c2m_il14/C2M__Z100_IL14_WC_BOR_H_L_H_THRU.s4p",
        "tec_whisper27in/TEC_Whisper27in_THRU_G14G15_07202016.s4p",
    ] {
        let pair =
            Network::read(channels.join(file)).unwrap().differential(PortMap::Across).unwrap();
        let cut = lightlane::response::SampledTwoPort::new(
            pair.frequency()[5..].to_vec(),
            pair.points()[5..].to_vec(),
        );
        let (found, expected) = (cut.unwrap().at(0.0).s21, pair.at(0.0).s21);
        // The DC resistance of a long line cannot be seen from 50 MHz up.
        assert!((found - expected).norm() < 0.03, "{file}: {found}, not {expected}");
    }
}

#[test]
fn packages_round_an_ideal_line_agree_with_the_com_tool() {
    let Some(reference) = shared("reference/com") else { return };
    let ck = |length_mm| ComPackage {
        die: vec![(120e-15, 120e-12)],
        bump: 30e-15,
        line: ComLine { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
        pieces: vec![(length_mm, 87.5), (1.8, 92.5)],
        board: 87e-15,
    };
    let df = |length_mm| ComPackage {
        die: vec![(40e-15, 120e-12), (90e-15, 150e-12), (110e-15, 140e-12)],
        bump: 30e-15,
        line: ComLine { gamma0: 0.0, a1: 8.455e-4, a2: 3.40225e-4, tau: 6.44805e-3 },
        pieces: vec![(length_mm, 92.0), (1.0, 70.0), (0.1, 80.0), (0.58, 100.0)],
        board: 50e-15,
    };
    let cases = [
        ("unit_pkg_ck__idealthru/case1", ck(12.0), ck(12.0), (50.0, 7.5e-12)),
        ("unit_pkg_ck__idealthru/case2", ck(31.0), ck(29.0), (50.0, 7.5e-12)),
        ("unit_pkg_df__idealthru/case1", df(12.0), df(12.0), (45.0, 0.5 / 106.25e9)),
        ("unit_pkg_df__idealthru/case2", df(31.0), df(29.0), (45.0, 0.5 / 106.25e9)),
    ];
    for (case, transmitter, receiver, (leg_ohm, transition_s)) in cases {
        let text = std::fs::read_to_string(reference.join(case).join("thru_freq.csv")).unwrap();
        let names: Vec<_> = text.lines().next().unwrap().split(',').collect();
        let column = |name: &str| names.iter().position(|have| *have == name).unwrap();
        let mut worst = 0.0f64;
        for line in text.lines().skip(1) {
            let row = numbers(line);
            let complex = |name: &str| {
                let at = column(&format!("{name}_re"));
                Complex64::new(row[at], row[at + 1])
            };
            let channel = TwoPort {
                s11: complex("sdd11_file"),
                s12: complex("sdd21_file"),
                s21: complex("sdd21_file"),
                s22: complex("sdd22_file"),
                reference_ohm: 100.0,
            };
            let near = transmitter.at(row[0]);
            let whole = near.cascade(&channel).cascade(&receiver.at(row[0]).flip());
            // The tool delays its transition filter by three transition times.
            let edge = Complex64::from_polar(
                com_transition(row[0], transition_s),
                -6.0 * PI * row[0] * transition_s,
            );
            let h21 = whole.voltage_transfer(2.0 * leg_ohm, 2.0 * leg_ohm) * edge;
            let found = [
                (whole.s11, "S11_pkgch"),
                (whole.s21, "S21_pkgch"),
                (whole.s22, "S22_pkgch"),
                (h21, "H21_with_Ht"),
            ];
            for (found, name) in found {
                worst = worst.max((found - complex(name)).norm());
            }
        }
        println!("{case}: {worst:e}");
        assert!(worst < 1e-8, "{case}: {worst:e}");
    }
}

#[test]
fn files_are_named_in_errors() {
    let error = Network::read(data("no_such.s4p")).unwrap_err();
    assert!(error.is_io() && error.to_string().contains("no_such.s4p"));
    let error = Network::read(data("")).unwrap_err();
    assert!(error.to_string().contains("not a regular file"), "{error}");
    let error = Network::read(data("response_scikit_rf.csv")).unwrap_err();
    assert!(error.to_string().contains("response_scikit_rf.csv: line 1: "), "{error}");
}
