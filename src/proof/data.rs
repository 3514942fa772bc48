//! Files of reference data: tables of numbers with named columns, and JSON.

use std::path::Path;

use serde_json::Value;

use crate::{Error, Result};

/// The text of a file.
pub(super) fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::io(path, error))
}

/// A JSON document.
pub(super) fn json(path: &Path) -> Result<Value> {
    serde_json::from_str(&text(path)?).map_err(|error| Error::data(error.to_string()).in_file(path))
}

/// A number of a JSON object.
pub(super) fn number(value: &Value, key: &str) -> Result<f64> {
    value[key].as_f64().ok_or_else(|| Error::data(format!("`{key}` is not a number")))
}

/// Rows of a table of numbers, by the names of columns.
pub(super) fn columns<const N: usize>(path: &Path, wanted: [&str; N]) -> Result<Vec<[f64; N]>> {
    let text = text(path)?;
    let mut lines = text.lines().enumerate();
    let names: Vec<&str> = lines.next().map_or(Vec::new(), |(_, line)| line.split(',').collect());
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(wanted) {
        let missing = || Error::data(format!("there is no column `{name}`")).in_file(path);
        *place = names.iter().position(|have| *have == name).ok_or_else(missing)?;
    }
    let row = |(index, line): (usize, &str)| {
        let fields: Vec<&str> = line.split(',').collect();
        let mut row = [0.0; N];
        for (number, place) in row.iter_mut().zip(places) {
            let field = fields.get(place).copied().unwrap_or("");
            *number = field.trim().parse().map_err(|_| {
                let message = format!("`{field}` is not a number");
                Error::data(message).at_line(index + 1).in_file(path)
            })?;
        }
        Ok(row)
    };
    lines.filter(|(_, line)| !line.trim().is_empty()).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_and_wrong_fields_by_line() {
        let path = std::env::temp_dir().join(format!("lightlane-table-{}.csv", std::process::id()));
        std::fs::write(&path, "a,b,c\n1,2,3\n4,5,6\n").unwrap();
        assert_eq!(columns(&path, ["c", "a"]).unwrap(), [[3.0, 1.0], [6.0, 4.0]]);
        assert!(columns(&path, ["d"]).unwrap_err().to_string().contains("no column `d`"));
        std::fs::write(&path, "a,b\n1,x\n").unwrap();
        assert!(columns(&path, ["b"]).unwrap_err().to_string().contains("line 2: `x`"));
        std::fs::remove_file(&path).unwrap();
    }
}
