//! Physical quantities at the boundary: newtypes, literals and their text form.
//!
//! Parameters of devices are quantities; kernels work on bare SI `f64`. One table gives a
//! quantity's literals (`53.125.gbaud()`), what it reads (`"53.125 GBd"`) and what it prints, and
//! a printed value reads back as the same bits.
//!
//! Logarithmic quantities keep the logarithm ([`Decibels`], [`DecibelMilliwatts`]) and give the
//! linear value on request.

pub mod check;
mod text;

pub(crate) use text::document_text;
#[cfg(feature = "config")]
pub(crate) use text::split as split_number;
use text::{Scale, Unit};

/// What all quantities, and bare numbers, have in common.
pub trait Quantity: Copy + std::fmt::Display {
    /// The bare number: in SI units, or in the logarithmic unit that names the type.
    fn value(self) -> f64;
}

impl Quantity for f64 {
    fn value(self) -> f64 {
        self
    }
}

macro_rules! quantities {
    ($(
        $(#[$doc:meta])*
        $name:ident, $what:literal, $example:literal {
            $($literal:ident $symbol:literal $scale:expr;)+
        }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
            pub struct $name(pub f64);

            impl $name {
                const UNITS: &'static [Unit] = &[$(Unit { symbol: $symbol, scale: $scale }),+];
            }

            impl Quantity for $name {
                fn value(self) -> f64 {
                    self.0
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    text::print(self.0, Self::UNITS, f)
                }
            }

            impl std::str::FromStr for $name {
                type Err = crate::Error;

                fn from_str(text: &str) -> crate::Result<Self> {
                    text::parse(text, Self::UNITS, $what, $example).map(Self)
                }
            }

            #[cfg(feature = "config")]
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.collect_str(self)
                }
            }

            #[cfg(feature = "config")]
            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    text::deserialize(from, $what, $example)
                }
            }
        )+

        /// Quantities written as `53.125.ghz()`.
        pub trait Literals: Sized {
            $($(
                #[doc = concat!("A number of ", $symbol, ".")]
                fn $literal(self) -> $name;
            )+)+
        }

        impl Literals for f64 {
            $($(
                fn $literal(self) -> $name {
                    $name(text::scaled(self, &$scale))
                }
            )+)+
        }

        #[cfg(test)]
        const TABLES: &[(&str, &[Unit])] = &[$(($what, $name::UNITS)),+];
    };
}

use Scale::{Factor, PowerRatio, Ten};

quantities! {
    /// A frequency or bandwidth, in hertz.
    Hertz, "a frequency", "50 GHz" {
        hz "Hz" Ten(0); khz "kHz" Ten(3); mhz "MHz" Ten(6); ghz "GHz" Ten(9); thz "THz" Ten(12);
    }
    /// A symbol rate, in symbols per second.
    Baud, "a symbol rate", "53.125 GBd" {
        baud "Bd" Ten(0); kbaud "kBd" Ten(3); mbaud "MBd" Ten(6); gbaud "GBd" Ten(9);
    }
    /// A time, in seconds.
    Seconds, "a time", "6 ps" {
        seconds "s" Ten(0); ms "ms" Ten(-3); us "us" Ten(-6); ns "ns" Ten(-9); ps "ps" Ten(-12);
        fs "fs" Ten(-15);
    }
    /// A time relative to the symbol time, in unit intervals.
    UnitIntervals, "a time in unit intervals", "0.02 UI" {
        ui "UI" Ten(0); mui "mUI" Ten(-3);
    }
    /// A length, in meters.
    Meters, "a length", "12 mm" {
        meters "m" Ten(0); km "km" Ten(3); mm "mm" Ten(-3); um "um" Ten(-6); nm "nm" Ten(-9);
        inches "in" Factor(0.0254);
    }
    /// A voltage, in volts; differential unless said otherwise.
    Volts, "a voltage", "0.8 V" {
        volts "V" Ten(0); mv "mV" Ten(-3); uv "uV" Ten(-6);
    }
    /// A current, in amperes.
    Amperes, "a current", "10 nA" {
        amperes "A" Ten(0); ma "mA" Ten(-3); ua "uA" Ten(-6); na "nA" Ten(-9); pa "pA" Ten(-12);
    }
    /// A resistance, impedance or transimpedance, in ohms.
    Ohms, "a resistance", "50 ohm" {
        ohms "ohm" Ten(0); kohms "kohm" Ten(3); mohms "mohm" Ten(-3);
    }
    /// A capacitance, in farads.
    Farads, "a capacitance", "120 fF" {
        farads "F" Ten(0); uf "uF" Ten(-6); nf "nF" Ten(-9); pf "pF" Ten(-12); ff "fF" Ten(-15);
    }
    /// An inductance, in henries.
    Henries, "an inductance", "120 pH" {
        henries "H" Ten(0); uh "uH" Ten(-6); nh "nH" Ten(-9); ph "pH" Ten(-12);
    }
    /// A ratio, in decibels.
    Decibels, "a ratio in decibels", "9 dB" {
        db "dB" Ten(0);
    }
    /// A power, in decibels above one milliwatt; text in watts is understood too.
    DecibelMilliwatts, "a power", "13 dBm" {
        dbm "dBm" Ten(0); watts "W" PowerRatio(1e3); mw "mW" PowerRatio(1.0);
        uw "uW" PowerRatio(1e-3);
    }
    /// A loss per length, in decibels per meter.
    DecibelsPerMeter, "a loss per length", "0.4 dB/km" {
        db_per_m "dB/m" Ten(0); db_per_km "dB/km" Ten(-3); db_per_mm "dB/mm" Ten(3);
        db_per_inch "dB/in" Factor(1.0 / 0.0254);
    }
    /// Relative intensity noise of a laser, in decibels per hertz, one-sided.
    DecibelsPerHertz, "a relative intensity noise", "-145 dB/Hz" {
        db_per_hz "dB/Hz" Ten(0);
    }
    /// A one-sided voltage noise density, in volts per root hertz.
    VoltsPerRootHertz, "a voltage noise density", "4 nV/rtHz" {
        v_per_rthz "V/rtHz" Ten(0); uv_per_rthz "uV/rtHz" Ten(-6); nv_per_rthz "nV/rtHz" Ten(-9);
    }
    /// A one-sided current noise density, in amperes per root hertz.
    AmperesPerRootHertz, "a current noise density", "17 pA/rtHz" {
        a_per_rthz "A/rtHz" Ten(0); na_per_rthz "nA/rtHz" Ten(-9); pa_per_rthz "pA/rtHz" Ten(-12);
    }
    /// A responsivity, in amperes per watt.
    AmperesPerWatt, "a responsivity", "0.8 A/W" {
        amperes_per_watt "A/W" Ten(0);
    }
    /// The optical power of a laser diode per current, in watts per ampere.
    WattsPerAmpere, "a slope efficiency", "0.5 W/A" {
        watts_per_ampere "W/A" Ten(0);
    }
    /// A transconductance, in amperes per volt.
    AmperesPerVolt, "a transconductance", "20 mA/V" {
        amperes_per_volt "A/V" Ten(0); ma_per_volt "mA/V" Ten(-3);
    }
    /// How the relaxation frequency of a laser diode grows with the root of its current, in hertz
    /// per root ampere; 1 GHz/rtmA is 31.6 GHz/rtA.
    HertzPerRootAmpere, "a D factor", "8 GHz/rtmA" {
        ghz_per_rta "GHz/rtA" Ten(9); ghz_per_rtma "GHz/rtmA" Factor(31.622_776_601_683_793e9);
    }
    /// A shift of a frequency by optical power, in hertz per watt.
    HertzPerWatt, "a frequency per power", "10 GHz/mW" {
        hz_per_watt "Hz/W" Ten(0); ghz_per_mw "GHz/mW" Ten(12);
    }
    /// A shift of a wavelength by voltage, in meters per volt.
    MetersPerVolt, "a tuning by voltage", "40 pm/V" {
        m_per_volt "m/V" Ten(0); nm_per_volt "nm/V" Ten(-9); pm_per_volt "pm/V" Ten(-12);
    }
    /// A shift of a wavelength by the power of a heater, in meters per watt.
    MetersPerWatt, "a tuning by heat", "0.1 nm/mW" {
        m_per_watt "m/W" Ten(0); nm_per_mw "nm/mW" Ten(-6);
    }
    /// A product of bandwidth and length, in hertz meters.
    HertzMeters, "a product of bandwidth and length", "4700 MHz km" {
        hz_m "Hz m" Ten(0); mhz_km "MHz km" Ten(9); ghz_km "GHz km" Ten(12);
    }
    /// Polarization mode dispersion of a fiber, in seconds per root kilometer.
    SecondsPerRootKilometer, "a polarization mode dispersion", "0.1 ps/rtkm" {
        s_per_rtkm "s/rtkm" Ten(0); ps_per_rtkm "ps/rtkm" Ten(-12); fs_per_rtkm "fs/rtkm" Ten(-15);
    }
    /// The slope of chromatic dispersion over wavelength, in seconds per cubic meter;
    /// 1 ps/(nm^2 km) is 1000 of them.
    DispersionSlope, "a dispersion slope", "0.092 ps/(nm^2 km)" {
        ps_per_nm2_km "ps/(nm^2 km)" Ten(3);
    }
}

impl Decibels {
    /// The ratio of amplitudes, `10^(x/20)`.
    pub fn amplitude(self) -> f64 {
        10f64.powf(self.0 / 20.0)
    }

    /// The ratio of powers, `10^(x/10)`.
    pub fn power(self) -> f64 {
        10f64.powf(self.0 / 10.0)
    }
}

impl DecibelMilliwatts {
    /// The power in watts.
    pub fn in_watts(self) -> f64 {
        1e-3 * 10f64.powf(self.0 / 10.0)
    }
}

impl DecibelsPerHertz {
    /// The relative power per hertz, `10^(x/10)`.
    pub fn linear(self) -> f64 {
        10f64.powf(self.0 / 10.0)
    }
}

impl Baud {
    /// The unit interval: one symbol's time, in seconds.
    pub fn unit_interval(self) -> f64 {
        1.0 / self.0
    }

    /// Half the symbol rate, in hertz.
    pub fn nyquist(self) -> Hertz {
        Hertz(0.5 * self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_literals_give_the_same_bits() {
        assert_eq!("53.125 GBd".parse::<Baud>().unwrap(), 53.125.gbaud());
        assert_eq!("0.092 ps/(nm^2 km)".parse::<DispersionSlope>().unwrap().0, 92.0);
        assert_eq!("6 ps".parse::<Seconds>().unwrap().0, 6e-12);
        assert_eq!(16.9.pa_per_rthz().0, 16.9e-12);
        assert_eq!("1 in".parse::<Meters>().unwrap().0, 0.0254);
        assert_eq!("0.4 dB/km".parse::<DecibelsPerMeter>().unwrap().0, 0.4e-3);
    }

    #[test]
    fn milliwatts_are_read_as_dbm() {
        assert_eq!("1 mW".parse::<DecibelMilliwatts>().unwrap().0, 0.0);
        assert!(("20 mW".parse::<DecibelMilliwatts>().unwrap().in_watts() - 0.02).abs() < 1e-16);
        assert!((1.0.watts().0 - 30.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same_bits() {
        for x in [53.125e9, 4e-9, 1.0 / 3.0, 1e-15, 6.02e23, 0.1, -2.5e-12, 0.0, 7.7e-30] {
            assert_eq!(Hertz(x).to_string().parse::<Hertz>().unwrap().0.to_bits(), x.to_bits());
            assert_eq!(Meters(x).to_string().parse::<Meters>().unwrap().0.to_bits(), x.to_bits());
            let power = DecibelMilliwatts(x);
            assert_eq!(power.to_string().parse::<DecibelMilliwatts>().unwrap(), power);
        }
        assert_eq!(26.5625.ghz().to_string(), "26.5625 GHz");
        assert_eq!(Volts(0.012).to_string(), "12 mV");
        assert_eq!(Decibels(-0.5).to_string(), "-0.5 dB");
        assert_eq!(DispersionSlope(92.0).to_string(), "0.092 ps/(nm^2 km)");
    }

    #[test]
    fn wrong_text_says_what_was_expected() {
        let message = |text: &str| text.parse::<Hertz>().unwrap_err().to_string();
        assert_eq!(message("50"), "`50` has no unit: expected a frequency, such as `50 GHz`");
        assert!(message("50 GBd").contains("`GBd` is not a unit of a frequency"));
        assert!(message("50 GBd").contains("Hz, kHz, MHz, GHz or THz"));
        assert!(message("fast").contains("expected a frequency"));
        assert!(message("nan GHz").contains("finite"));
        assert!(message("1e400 GHz").contains("finite"));
    }

    #[test]
    fn every_unit_reads_itself() {
        for (what, units) in TABLES {
            for unit in *units {
                let text = format!("2 {}", unit.symbol);
                assert!(text::parse(&text, units, what, "").is_ok(), "{text}");
            }
        }
    }
}
