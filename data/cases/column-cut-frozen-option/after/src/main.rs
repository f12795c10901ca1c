//! `column-cut [-d SIGN] COLUMN...` prints columns of the lines on its standard input, in the order asked for.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

/// What the arguments ask for. Columns count from 0 here and from 1 on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Options {
    separator: char,
    columns: Vec<usize>,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut separator = '\t';
    let mut columns = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument == "-d" {
            let sign = arguments.next().unwrap_or_default();
            separator = sign.chars().next().ok_or("-d needs a sign")?;
            continue;
        }
        match argument.parse::<usize>() {
            Ok(column) if column > 0 => columns.push(column - 1),
            _ => return Err(format!("{argument} is not a column")),
        }
    }
    if columns.is_empty() {
        return Err("which columns?".to_string());
    }
    Ok(Options { separator, columns })
}

/// The columns of a line that are there, with the same separator between them.
fn cut(line: &str, options: &Options) -> String {
    let cells: Vec<&str> = line.split(options.separator).collect();
    let kept: Vec<&str> = options
        .columns
        .iter()
        .filter_map(|column| cells.get(*column).copied())
        .collect();
    kept.join(&options.separator.to_string())
}

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("column-cut: {message}");
            return ExitCode::from(2);
        }
    };
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let written = line.and_then(|line| writeln!(output, "{}", cut(&line, &options)));
        if let Err(error) = written {
            eprintln!("column-cut: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_in_the_order_asked_for() {
        let options = Options {
            separator: ';',
            columns: vec![2, 0, 7],
        };
        assert_eq!(cut("a;b;c", &options), "c;a");
    }
}
