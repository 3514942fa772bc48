//! Results of the COM reference code, as files: their parameters, and what was found.
//!
//! A folder holds `config.json` with the parameters in SI units, and for each package case a
//! folder `caseN` with `result.json`, `thru_freq.csv` and `thru_pulse.csv`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::analysis::com::{
    Com, ComBoard, ComDfe, ComEnd, ComFilter, ComLimits, Compat, CtleGrid, Equalizer, EyeWindow,
    FfeGrid, FigureSettings, FloatingTaps, LowFrequencyStage, PackageCase, QualifiedGains,
    ReturnLossSettings, Sweep,
};
use crate::response::PortMap;
use crate::response::com::ComLine;
use crate::unit::{
    Baud, Decibels, Farads, Henries, Hertz, Meters, Ohms, Seconds, UnitIntervals, Volts,
};
use crate::{Error, Result};

/// A run of the reference code.
#[derive(Clone, Debug, PartialEq)]
pub struct ComReference {
    /// Its parameters.
    pub com: Com,
    /// Files of the channel, relative to a folder of channels.
    pub through: PathBuf,
    /// Files of far-end aggressors.
    pub far_end: Vec<PathBuf>,
    /// Files of near-end aggressors.
    pub near_end: Vec<PathBuf>,
    /// What was found, for each package case.
    pub cases: Vec<ComReferenceCase>,
}

/// What the reference code found in a package case.
#[derive(Clone, Debug, PartialEq)]
pub struct ComReferenceCase {
    /// The folder of the case.
    pub folder: PathBuf,
    /// The setting that it chose.
    pub equalizer: Equalizer,
    /// All that it reported.
    values: Value,
}

impl ComReferenceCase {
    /// A number that it reported; nothing if it is not there.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.values.get(name)?.as_f64()
    }

    /// Numbers that it reported.
    pub fn values(&self, name: &str) -> Vec<f64> {
        numbers(&self.values[name])
    }
}

/// Reads a folder of results.
///
/// # Errors
/// If a file is missing or does not hold what it should.
pub fn read(folder: impl AsRef<Path>) -> Result<ComReference> {
    let folder = folder.as_ref();
    let path = folder.join("config.json");
    let config = json(&path)?;
    let reference = of(folder, &config).map_err(|error| error.in_file(&path))?;
    Ok(reference)
}

fn of(folder: &Path, config: &Value) -> Result<ComReference> {
    let mut com = parameters(config)?;
    com.check()?;
    // Of some runs not every case was finished.
    let found = |case: usize| folder.join(format!("case{case}")).exists();
    com.cases.truncate((1..).take_while(|&case| found(case)).count());
    let files = &config["channel_files"];
    let paths = |value: &Value| -> Vec<PathBuf> {
        match value {
            Value::String(one) => vec![one.into()],
            Value::Array(all) => all.iter().filter_map(Value::as_str).map(Into::into).collect(),
            _ => Vec::new(),
        }
    };
    let cases = (1..=com.cases.len()).map(|case| result(&folder.join(format!("case{case}"))));
    Ok(ComReference {
        through: paths(&files["THRU"]).into_iter().next().unwrap_or_default(),
        far_end: paths(&files["FEXT"]),
        near_end: paths(&files["NEXT"]),
        cases: cases.collect::<Result<_>>()?,
        com,
    })
}

fn result(folder: &Path) -> Result<ComReferenceCase> {
    let values = json(&folder.join("result.json"))?;
    let main = values["tx_ffe_cursor_position_1based"].as_u64().unwrap_or(1).max(1) as usize - 1;
    let equalizer = Equalizer {
        taps: numbers(&values["TXLE_taps"]),
        main,
        dc_gain_db: values["CTLE_DC_gain_dB"].as_f64().unwrap_or(0.0),
        low_frequency_gain_db: values["g_DC_HP"].as_f64().unwrap_or(0.0),
    };
    Ok(ComReferenceCase { folder: folder.to_owned(), equalizer, values })
}

fn json(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
    serde_json::from_str(&text).map_err(|error| Error::data(error.to_string()).in_file(path))
}

/// All numbers of a value, row after row.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(rows) => rows.iter().flat_map(numbers).collect(),
        _ => value.as_f64().into_iter().collect(),
    }
}

/// The table of parameters, by the names of the file.
struct Table<'a>(&'a Value);

impl Table<'_> {
    fn one(&self, name: &str) -> Result<f64> {
        self.optional(name).ok_or_else(|| Error::data(format!("`{name}` is not a number")))
    }

    fn optional(&self, name: &str) -> Option<f64> {
        self.0[name].as_f64()
    }

    fn all(&self, name: &str) -> Vec<f64> {
        numbers(&self.0[name])
    }

    fn at(&self, name: &str, index: usize) -> Result<f64> {
        let all = self.all(name);
        all.get(index)
            .or(all.first())
            .copied()
            .ok_or_else(|| Error::data(format!("`{name}` has no element {index}")))
    }

    /// A matrix of two rows, or a row of two, as its parts for transmitter and receiver.
    fn sides(&self, name: &str) -> [Vec<f64>; 2] {
        let rows = self.0[name].as_array().map_or(0, Vec::len);
        let all = self.all(name);
        let parts =
            if rows > 1 { all.split_at(all.len() / 2) } else { all.split_at(all.len().min(1)) };
        [parts.0.to_vec(), parts.1.to_vec()]
    }

    /// Lengths of a case: rows are cases, or columns if there is one row.
    fn lengths(&self, name: &str, case: usize) -> Vec<Meters> {
        let rows = self.0[name].as_array().cloned().unwrap_or_default();
        let row = match rows.as_slice() {
            [row] if numbers(row).len() < 4 => vec![numbers(row).get(case).copied().unwrap_or(0.0)],
            rows => rows.get(case).map(numbers).unwrap_or_default(),
        };
        row.into_iter().map(Meters).collect()
    }
}

fn sweep<Q>(values: &[f64], of: impl Fn(f64) -> Q) -> Sweep<Q> {
    let (from, to) = (values.first().copied(), values.last().copied());
    let step = if values.len() > 1 { values[1] - values[0] } else { 1.0 };
    Sweep { from: of(from.unwrap_or(0.0)), to: of(to.unwrap_or(0.0)), step: of(step) }
}

fn parameters(config: &Value) -> Result<Com> {
    let table = Table(&config["com_parameters_SI"]);
    let line = |prefix: &str| -> Result<ComLine> {
        // Per meter, hertz and second to per millimeter, gigahertz and nanosecond.
        Ok(ComLine {
            gamma0: table.one(&format!("{prefix}_gamma0_per_m"))? * 1e-3,
            a1: table.one(&format!("{prefix}_a1_s0p5_per_m"))? * 1e9f64.sqrt() * 1e-3,
            a2: table.one(&format!("{prefix}_a2_s_per_m"))? * 1e6,
            tau: table.one(&format!("{prefix}_tau_s_per_m"))? * 1e6,
        })
    };
    let taps = &config["com_parameters_SI"]["tx_ffe_values"];
    let side = |sign: &str| -> Vec<Sweep<f64>> {
        let all = (1..=9).map(|n| numbers(&taps[format!("c({sign}{n})")]));
        let mut all: Vec<Vec<f64>> = all.take_while(|values| !values.is_empty()).collect();
        while all.last().is_some_and(|values| values.iter().all(|x| *x == 0.0)) {
            all.pop();
        }
        all.iter().map(|values| sweep(values, |x| x)).collect()
    };
    let count = numbers(&config["com_parameters_SI"]["pkg_cases_selected"]);
    let cases = count.iter().map(|&case| case_of(&table, (case as usize).max(1) - 1));
    Ok(Com {
        name: config["config_id"].as_str().unwrap_or_default().to_owned(),
        compat: Compat::Tool370,
        symbol_rate: Baud(table.one("f_b_Hz")?),
        levels: table.one("levels_L")? as usize,
        samples_per_symbol: table.one("samples_per_UI_M")? as usize,
        error_ratio: table.one("DER_0")?,
        level_separation: table.one("R_LM")?,
        random_jitter: UnitIntervals(table.one("sigma_RJ_UI")?),
        dual_dirac_jitter: UnitIntervals(table.one("A_DD_UI")?),
        ports: PortMap::Across,
        transition_time: match table.0["tx_transition_filter_enabled"].as_bool() {
            Some(true) => Some(Seconds(table.one("T_r_s")?)),
            _ => None,
        },
        crosstalk_band: Hertz(numbers(&table.0["ICN_ILD"]["f_2_Hz"])[0]),
        transmitter: end(&table, 0)?,
        receiver: end(&table, 1)?,
        line: line("pkg")?,
        board: match table.optional("include_PCB") {
            Some(1.0) => Some(board(&table, line("brd")?)?),
            _ => None,
        },
        filter: ComFilter {
            bandwidth: table.one("f_r_times_fb")?,
            raised_cosine: match table.optional("Raised_Cosine") {
                Some(1.0) => Some([table.one("RC_Start_Hz")?, table.one("RC_end_Hz")?].map(Hertz)),
                _ => None,
            },
            noise_v2_per_ghz: table.one("eta_0_V2_per_Hz")? * 1e9,
        },
        ctle: ctle(&table)?,
        ffe: FfeGrid { least_main: table.one("tx_ffe_c0_min")?, pre: side("-"), post: side("") },
        receiver_ffe: None,
        dfe: dfe(&table)?,
        eye: eye(&table)?,
        limits: limits(&table),
        figures: figures(&table)?,
        cases: cases.collect::<Result<_>>()?,
    })
}

/// Of margin, eye and return loss; a limit of 0 is none.
fn limits(table: &Table<'_>) -> ComLimits {
    let limit = |name: &str| table.optional(name).filter(|limit| *limit > 0.0);
    let enabled = table.0["ERL"]["enabled"].as_bool() == Some(true);
    ComLimits {
        margin: limit("COM_pass_dB").map(Decibels),
        eye_closure: limit("VEC_pass_dB").map(Decibels),
        eye_height: limit("Min_VEO_Test_V").map(Volts),
        return_loss: limit("ERL_pass_dB").filter(|_| enabled).map(Decibels),
    }
}

fn figures(table: &Table<'_>) -> Result<Option<FigureSettings>> {
    let rate = table.one("f_b_Hz")?;
    let (band, reflection) = (Table(&table.0["ICN_ILD"]), Table(&table.0["ERL"]));
    if reflection.0["enabled"].as_bool() != Some(true) {
        return Ok(None);
    }
    let delay = |end| reflection.at("fixture_delay_s", end).map(Seconds);
    Ok(Some(FigureSettings {
        from: Hertz(band.one("f_1_Hz")?),
        transmitter: Hertz(band.one("f_v_times_fb")? * rate),
        far_end_amplitude: Volts(band.one("A_ft_V")?),
        near_end_amplitude: Volts(band.one("A_nt_V")?),
        return_loss: ReturnLossSettings {
            with_package: reflection.one("TDR_W_TXPKG")? > 0.0,
            transition_time: Seconds(reflection.one("TR_TDR_s")?),
            symbols: reflection.one("N_UI")? as usize,
            equalized: reflection.one("N_bx")? as usize,
            beta_db_per_s: reflection.one("beta_x")?,
            rho: reflection.one("rho_x")?,
            fixture_delay: [delay(0)?, delay(1)?],
        },
    }))
}

fn end(table: &Table<'_>, side: usize) -> Result<ComEnd> {
    let either = |prefix: &str| {
        let [a, b] = ["TxRx_rows", "rows_Tx_Rx"].map(|suffix| format!("{prefix}_{suffix}"));
        let name = if table.0[&a].is_null() { b } else { a };
        table.sides(&name)[side].clone()
    };
    Ok(ComEnd {
        termination: Ohms(table.at("R_d_ohm_TxRx", side)?),
        die_capacitance: either("C_d_F").into_iter().map(Farads).collect(),
        die_inductance: either("L_s_H").into_iter().map(Henries).collect(),
        bump_capacitance: Farads(table.at("C_b_F_TxRx", side)?),
        impedance: table.sides("pkg_Z_c_ohm_rows_TxRx_cols_segments")[side]
            .iter()
            .map(|&ohm| Ohms(ohm))
            .collect(),
        board_capacitance: Farads(table.at("C_p_F_TxRx", side)?),
    })
}

fn board(table: &Table<'_>, line: ComLine) -> Result<ComBoard> {
    let both = |name: &str| -> Result<[f64; 2]> { Ok([table.at(name, 0)?, table.at(name, 1)?]) };
    Ok(ComBoard {
        line,
        impedance: both("brd_Z_c_ohm")?.map(Ohms),
        package_capacitance: both("brd_C_0_F")?.map(Farads),
        channel_capacitance: both("brd_C_1_F")?.map(Farads),
        transmitter: Meters(table.one("z_bp_tx_m")?),
        far_end: Meters(table.one("z_bp_fext_m")?),
        near_end: Meters(table.one("z_bp_next_m")?),
        receiver: Meters(table.one("z_bp_rx_m")?),
    })
}

fn ctle(table: &Table<'_>) -> Result<CtleGrid> {
    let low = table.all("g_DC_HP_dB");
    let mut bands: Vec<(f64, Vec<f64>)> = table
        .all("G2_Qual_dB")
        .into_iter()
        .zip(table.0["G_Qual_dB"].as_array().into_iter().flatten().map(numbers))
        .collect();
    bands.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut upper = f64::NAN;
    let qualified = bands.iter().map(|(lower, range)| {
        let top = if upper.is_nan() { *lower } else { upper };
        upper = *lower;
        let (a, b) = (range.first().copied(), range.get(1).copied());
        let (a, b) = (a.unwrap_or(0.0), b.unwrap_or(0.0));
        QualifiedGains {
            low_frequency: [Decibels(*lower), Decibels(top)],
            dc: [Decibels(a.min(b)), Decibels(a.max(b))],
        }
    });
    Ok(CtleGrid {
        zero: Hertz(table.at("f_z_Hz", 0)?),
        pole1: Hertz(table.at("f_p1_Hz", 0)?),
        pole2: Hertz(table.at("f_p2_Hz", 0)?),
        dc_gain: sweep(&table.all("g_DC_dB"), Decibels),
        low_frequency: match low.is_empty() {
            true => None,
            false => Some(LowFrequencyStage {
                pole: Hertz(table.at("f_HP_PZ_Hz", 0)?),
                gain: sweep(&low, Decibels),
            }),
        },
        qualified: qualified.collect(),
    })
}

fn dfe(table: &Table<'_>) -> Result<ComDfe> {
    let groups = table.one("N_bg_groups")? as usize;
    Ok(ComDfe {
        most: table.all("b_max"),
        least: table.all("b_min"),
        step: table.one("dfe_step")?,
        floating: match groups {
            0 => None,
            _ => Some(FloatingTaps {
                groups,
                taps: table.one("N_bf_taps_per_group")? as usize,
                span: table.one("N_f_span_UI")? as usize,
                most: table.one("b_max_float")?,
                tail_start: table.one("N_tail_start")? as usize,
                tail_most: table.one("B_float_RSS_MAX")?,
            }),
        },
    })
}

fn eye(table: &Table<'_>) -> Result<Option<EyeWindow>> {
    let half_width = table.one("T_O_UI_half_window")?;
    if half_width == 0.0 {
        return Ok(None);
    }
    let weighted = table.0["Histogram_Window_Weight"].as_str().unwrap_or_default();
    let weighted = weighted.eq_ignore_ascii_case("gaussian");
    let least = table.one("Min_VEO_Test_V")?;
    Ok(Some(EyeWindow {
        half_width: UnitIntervals(half_width),
        samples_per_symbol: table.one("samples_for_C2M")? as usize,
        deviation: match weighted {
            true => Some(UnitIntervals(half_width / table.one("QL")?)),
            false => None,
        },
        least_height: (least != 0.0).then_some(Volts(least)),
    }))
}

fn case_of(table: &Table<'_>, case: usize) -> Result<PackageCase> {
    let [transmitter, far_end, near_end, receiver] = ["tx", "fext", "next", "rx"]
        .map(|kind| table.lengths(&format!("z_p_{kind}_m_rows_are_cases"), case));
    Ok(PackageCase {
        transmitter,
        far_end,
        near_end,
        receiver,
        amplitude: Volts(table.at("A_v_V_per_pkg_case", case)?),
        far_end_amplitude: Volts(table.at("A_fe_V_per_pkg_case", case)?),
        near_end_amplitude: Volts(table.at("A_ne_V_per_pkg_case", case)?),
        signal_to_noise: Decibels(table.at("SNR_TX_dB_per_pkg_case", case)?),
    })
}
