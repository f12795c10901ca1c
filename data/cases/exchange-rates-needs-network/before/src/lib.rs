//! Exchange rates, asked of a server that answers one line: `EUR 1.0842`.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The rate server of the accounting department.
pub const SERVER: ([u8; 4], u16) = ([192, 0, 2, 44], 7_070);

/// A rate in ten-thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    pub currency: String,
    pub ten_thousandths: u32,
}

/// Reads a line like `EUR 1.0842`: four digits after the point.
pub fn parse_rate(line: &str) -> Option<Rate> {
    let (currency, rate) = line.trim().split_once(' ')?;
    let (whole, part) = rate.split_once('.')?;
    if part.len() != 4 {
        return None;
    }
    Some(Rate {
        currency: currency.to_string(),
        ten_thousandths: whole.parse::<u32>().ok()? * 10_000 + part.parse::<u32>().ok()?,
    })
}

/// Asks the server for a currency.
pub fn fetch_rate(currency: &str) -> io::Result<Rate> {
    let address = SocketAddr::from(SERVER);
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(300))?;
    stream.set_read_timeout(Some(Duration::from_millis(300)))?;
    writeln!(stream, "{currency}")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    parse_rate(&line).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_four_digits_after_the_point() {
        let rate = parse_rate("EUR 1.0842\n").unwrap();
        assert_eq!(rate.ten_thousandths, 10_842);
        assert_eq!(parse_rate("EUR 1.08"), None);
    }

    #[test]
    fn the_server_knows_the_euro() {
        let rate = fetch_rate("EUR").unwrap();
        assert_eq!(rate.currency, "EUR");
        assert!(rate.ten_thousandths > 5_000);
    }
}
