//! Reads `host:port` as it stands in a service's configuration.

use std::fmt;
use std::num::ParseIntError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    pub host: String,
    pub port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    MissingPort,
    BadPort(ParseIntError),
}

impl From<ParseIntError> for ConfigError {
    fn from(error: ParseIntError) -> Self {
        ConfigError::BadPort(error)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::MissingPort => write!(f, "a port is missing after the host"),
            ConfigError::BadPort(error) => write!(f, "not a port: {error}"),
        }
    }
}

impl std::error::Error for ConfigError {}

/// Splits at the last colon, so that an IPv6 host may hold colons of its own.
pub fn parse_listen(text: &str) -> Result<Listen, ConfigError> {
    let (host, port) = text.trim().rsplit_once(':')?;
    let port = port.parse::<u16>()?;
    Ok(Listen {
        host: host.to_string(),
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_colon_separates_the_port() {
        let listen = parse_listen(" [::1]:8080\n").unwrap();
        assert_eq!(listen.host, "[::1]");
        assert_eq!(listen.port, 8080);
    }
}
