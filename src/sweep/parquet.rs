//! The table of a sweep as a Parquet file, for programs that read columns.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::table::Table;
use crate::{Error, Result};

/// What the cells of a column are.
#[derive(Clone, Copy, PartialEq)]
enum Cells {
    /// Whole numbers: points.
    Whole,
    /// Numbers, or nothing.
    Numbers,
    /// Text, or nothing.
    Text,
}

impl Table {
    /// Writes the table as a Parquet file of one group of rows: points as integers, routes, texts and
    /// failures as text, all else as doubles, and what does not exist as null. The fingerprint and the
    /// version are among its metadata.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_parquet(&self, path: &Path) -> Result<()> {
        let file = File::create(path).map_err(|error| Error::io(path, error))?;
        let write = |error: ParquetError| Error::data(error.to_string()).in_file(path);
        self.write_columns(file).map_err(write)
    }

    fn write_columns(&self, file: File) -> Result<(), ParquetError> {
        let columns = &self.header.columns;
        let kinds: Vec<Cells> = (0..columns.len()).map(|column| self.kind(column)).collect();
        let fields = columns.iter().zip(&kinds).map(|(name, kind)| {
            let (physical, logical, repetition) = match kind {
                Cells::Whole => (Physical::INT64, None, Repetition::REQUIRED),
                Cells::Numbers => (Physical::DOUBLE, None, Repetition::OPTIONAL),
                Cells::Text => {
                    (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL)
                }
            };
            let field = Type::primitive_type_builder(name, physical);
            Ok(Arc::new(field.with_logical_type(logical).with_repetition(repetition).build()?))
        });
        let fields = fields.collect::<Result<Vec<_>, ParquetError>>()?;
        let schema = Arc::new(Type::group_type_builder("sweep").with_fields(fields).build()?);
        let facts = [
            ("lightlane.version", self.header.version.clone()),
            ("lightlane.fingerprint", format!("{:016x}", self.header.fingerprint)),
        ];
        let facts = facts.map(|(key, value)| KeyValue::new(key.to_owned(), value));
        let properties =
            WriterProperties::builder().set_key_value_metadata(Some(facts.to_vec())).build();
        let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        for (column, kind) in kinds.into_iter().enumerate() {
            let cells: Vec<&str> = self.rows.values().map(|row| row[column].as_str()).collect();
            match kind {
                Cells::Whole => {
                    put::<Int64Type>(&mut group, &cells, |cell| cell.parse().ok(), false)?;
                }
                Cells::Numbers => {
                    put::<DoubleType>(&mut group, &cells, |cell| cell.parse().ok(), true)?;
                }
                Cells::Text => {
                    let text = |cell: &str| (!cell.is_empty()).then(|| ByteArray::from(cell));
                    put::<ByteArrayType>(&mut group, &cells, text, true)?;
                }
            }
        }
        group.close()?;
        writer.close()?;
        Ok(())
    }

    /// What a column has in it: the point stands first, the reason for a failure last.
    fn kind(&self, column: usize) -> Cells {
        let number = |cell: &String| cell.is_empty() || cell.parse::<f64>().is_ok();
        match column {
            0 => Cells::Whole,
            1 => Cells::Text,
            _ if column + 1 == self.header.columns.len() => Cells::Text,
            _ if self.rows.values().all(|row| number(&row[column])) => Cells::Numbers,
            _ => Cells::Text,
        }
    }
}

/// Writes a column; of optional ones the cells that are nothing are null.
fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    cells: &[&str],
    value: impl Fn(&str) -> Option<T::T>,
    optional: bool,
) -> Result<(), ParquetError> {
    let values: Vec<Option<T::T>> = cells.iter().map(|cell| value(cell)).collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("a column is missing in the schema".to_owned()));
    };
    column.typed::<T>().write_batch(&values, optional.then_some(levels.as_slice()), None)?;
    column.close()
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;
    use crate::sweep::Header;

    #[test]
    fn a_table_reads_back_with_nulls_where_nothing_is() {
        let columns = ["point", "route", "loss (dB)", "pattern", "ber", "failure"];
        let mut table = Table::new(Header {
            version: "1.2.3".to_owned(),
            fingerprint: 7,
            points: 2,
            axes: 2,
            columns: columns.map(str::to_owned).to_vec(),
        });
        for row in
            [["0", "lpo", "4", "prbs13", "1.5e-9", ""], ["1", "lpo", "5", "ssprq", "", "why"]]
        {
            table.insert(row.map(str::to_owned).to_vec()).unwrap();
        }
        let path = std::env::temp_dir().join(format!("lightlane-{}.parquet", std::process::id()));
        table.write_parquet(&path).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let facts = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert!(facts.iter().any(|fact| fact.value.as_deref() == Some("0000000000000007")));
        let rows: Vec<Vec<Field>> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().get_column_iter().map(|(_, field)| field.clone()).collect())
            .collect();
        let text = |text: &str| Field::Str(text.to_owned());
        let number = Field::Double;
        assert_eq!(
            rows,
            [
                vec![
                    Field::Long(0),
                    text("lpo"),
                    number(4.0),
                    text("prbs13"),
                    number(1.5e-9),
                    Field::Null
                ],
                vec![
                    Field::Long(1),
                    text("lpo"),
                    number(5.0),
                    text("ssprq"),
                    Field::Null,
                    text("why")
                ],
            ]
        );
        std::fs::remove_file(path).unwrap();
    }
}
