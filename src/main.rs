//! The command line: see `lightlane --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lightlane::cli::main()
}
