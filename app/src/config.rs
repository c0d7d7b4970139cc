//! What an operator sets, from a TOML file and `ZVONOK_*` variables.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use db::vault::Keyring;
use serde::Deserialize;

/// The configuration; a variable wins over the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The application's login: owns nothing, row policies bind it.
    pub database_url: Option<String>,
    /// The schema owner's login, for `zvonok migrate` only.
    pub owner_url: Option<String>,
    /// The file of the master keys of sealed values, kept apart from the
    /// database and its backups: `zvonok keys new` makes one.
    pub keys_file: Option<PathBuf>,
    /// The same keys as text, where the service manager hands them over.
    pub keys: Option<String>,
    pub listen: SocketAddr,
    /// Health, readiness and metrics; never reachable from outside.
    pub ops_listen: Option<SocketAddr>,
    /// The address in browsers, such as `https://zvonok.example`.
    pub public_url: String,
    /// The folder of uploaded files.
    pub files: PathBuf,
    /// The file of the key that seals the logs; made where it is missing. All
    /// nodes have the same one, and no backup of the database has it.
    pub seal_key: PathBuf,
    /// A file on another host that the heads of the seals are added to.
    pub seal_anchor: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    pub connections: u32,
    /// Serve over a server without data checksums: a disk that fails quietly
    /// goes unnoticed then.
    pub accept_no_checksums: bool,
    /// So many lines a report of the builder has at most (RPT-2).
    pub report_lines: usize,
    /// The name of the system on prints (S2:4.5).
    pub system: String,
    /// The issuer of a provider of identities (OpenID Connect), such as a
    /// gateway of ЕСИА; people may sign in by it where it is set.
    pub oidc_issuer: Option<String>,
    pub oidc_client_id: Option<String>,
    pub oidc_client_secret: Option<String>,
    /// As on the button of the login page.
    pub oidc_name: String,
    /// Whether privileged roles need a second factor where their organisation
    /// does not say otherwise.
    pub second_factor: SecondFactor,
    /// For so many days after a role was given nobody is asked for one.
    pub second_factor_grace_days: u32,
    /// The mail server; without one letters wait and the administrator sees it.
    pub smtp_host: Option<String>,
    /// 465 with `tls`, 587 with `starttls`, 25 with `none` by default.
    pub smtp_port: Option<u16>,
    pub smtp_tls: SmtpTls,
    /// A PEM file of authorities trusted besides those of the machine.
    pub smtp_ca: Option<PathBuf>,
    pub smtp_user: Option<String>,
    pub smtp_password: Option<String>,
    /// The sender of all letters: `zvonok@school.example`.
    pub mail_from: Option<String>,
    /// What this node calls itself to the mail server; the host of `public_url` by default.
    pub smtp_hello: Option<String>,
    /// How long a letter belongs to the node that took it.
    pub mail_lease_ms: u64,
    /// How often a node looks for letters.
    pub mail_look_ms: u64,
    /// The pause after the first failure of a letter; it doubles with each.
    pub mail_retry_ms: u64,
}

/// From whom the second factor is asked by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Whoever wants has one: for demonstrations and tests.
    Offered,
    /// Directors, deputies, administrators, secretaries, municipality and region.
    #[default]
    Obligatory,
}

/// How the way to the mail server is kept secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Begun in the clear and upgraded before anything is said.
    #[default]
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all: only for a mail server on this machine.
    None,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: None,
            owner_url: None,
            keys_file: None,
            keys: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            ops_listen: Some(SocketAddr::from(([127, 0, 0, 1], 8081))),
            public_url: "http://127.0.0.1:8080".to_owned(),
            files: PathBuf::from("files"),
            seal_key: PathBuf::from("seal.key"),
            seal_anchor: None,
            proxies: vec![],
            connections: 16,
            accept_no_checksums: false,
            report_lines: 5_000,
            system: "Звонок".to_owned(),
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret: None,
            oidc_name: "ЕСИА".to_owned(),
            second_factor: SecondFactor::default(),
            second_factor_grace_days: 14,
            smtp_host: None,
            smtp_port: None,
            smtp_tls: SmtpTls::default(),
            smtp_ca: None,
            smtp_user: None,
            smtp_password: None,
            mail_from: None,
            smtp_hello: None,
            mail_lease_ms: 60_000,
            mail_look_ms: 3_000,
            mail_retry_ms: 60_000,
        }
    }
}

const KEYS: [&str; 32] = [
    "database_url",
    "owner_url",
    "keys_file",
    "keys",
    "listen",
    "ops_listen",
    "public_url",
    "files",
    "seal_key",
    "seal_anchor",
    "proxies",
    "connections",
    "report_lines",
    "accept_no_checksums",
    "system",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_name",
    "second_factor",
    "second_factor_grace_days",
    "smtp_host",
    "smtp_port",
    "smtp_tls",
    "smtp_ca",
    "smtp_user",
    "smtp_password",
    "mail_from",
    "smtp_hello",
    "mail_lease_ms",
    "mail_look_ms",
    "mail_retry_ms",
];

/// The keys whose values are numbers.
const NUMBERS: [&str; 7] = [
    "second_factor_grace_days",
    "connections",
    "report_lines",
    "smtp_port",
    "mail_lease_ms",
    "mail_look_ms",
    "mail_retry_ms",
];

impl Config {
    /// Reads the file, then the variables, and checks what can be checked
    /// without a database.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let text = match file {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the configuration {}", file.display()))?,
            None => String::new(),
        };
        let config = Self::from_parts(&text, |key| std::env::var(key).ok())?;
        config.check()?;
        Ok(config)
    }

    /// The defaults with the variables alone, unchecked: for a demonstration.
    pub fn from_variables() -> anyhow::Result<Self> {
        Self::from_parts("", |key| std::env::var(key).ok())
    }

    fn from_parts(text: &str, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut table: toml::Table = text.parse().context("the configuration is not TOML")?;
        if let Some(url) = variable("DATABASE_URL") {
            table.insert("database_url".to_owned(), url.into());
        }
        for key in KEYS {
            let Some(value) = variable(&format!("ZVONOK_{}", key.to_uppercase())) else {
                continue;
            };
            let value = match key {
                key if NUMBERS.contains(&key) => value
                    .parse::<i64>()
                    .with_context(|| {
                        format!("ZVONOK_{} is not a number: {value}", key.to_uppercase())
                    })?
                    .into(),
                "accept_no_checksums" => value
                    .parse::<bool>()
                    .with_context(|| {
                        format!("ZVONOK_ACCEPT_NO_CHECKSUMS is neither true nor false: {value}")
                    })?
                    .into(),
                "proxies" => value
                    .split(',')
                    .map(|it| it.trim().to_owned())
                    .collect::<Vec<_>>()
                    .into(),
                _ => value.into(),
            };
            table.insert(key.to_owned(), value);
        }
        table
            .try_into()
            .context("the configuration does not make sense")
    }

    fn check(&self) -> anyhow::Result<()> {
        let local = self.listen.ip().is_loopback();
        if !self.is_https() && !local {
            bail!(
                "public_url is {}, but passwords travel: serve behind TLS (https://…) or listen on 127.0.0.1",
                self.public_url
            );
        }
        if self
            .ops_listen
            .is_some_and(|it| it.port() == self.listen.port() && it.port() != 0)
        {
            bail!("ops_listen and listen are the same port");
        }
        if self.connections == 0 {
            bail!("connections must be at least 1");
        }
        self.provider()?;
        self.sending().map(|_| ())
    }

    /// How letters are sent; refuses half a mail server.
    pub fn sending(&self) -> anyhow::Result<messaging::Sending> {
        let millis = std::time::Duration::from_millis;
        if self.mail_look_ms == 0 || self.mail_retry_ms == 0 || self.mail_lease_ms < 1_000 {
            bail!("mail_look_ms and mail_retry_ms must be above 0, mail_lease_ms at least 1000");
        }
        Ok(messaging::Sending {
            smtp: self.smtp()?,
            site: self.public_url.trim_end_matches('/').to_owned(),
            lease: millis(self.mail_lease_ms),
            look: millis(self.mail_look_ms),
            retry: millis(self.mail_retry_ms),
        })
    }

    fn smtp(&self) -> anyhow::Result<Option<messaging::Smtp>> {
        let Some(host) = &self.smtp_host else {
            if self.smtp_user.is_some() || self.mail_from.is_some() {
                bail!("smtp_user or mail_from is set, but smtp_host is not: where do letters go?");
            }
            return Ok(None);
        };
        let Some(from) = &self.mail_from else {
            bail!("smtp_host is set, but mail_from is not: whom are letters from?");
        };
        if !messaging::is_address(from) {
            bail!("mail_from is not an e-mail address: {from}");
        }
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
        if self.smtp_tls == SmtpTls::None && !here {
            bail!(
                "smtp_tls is none, but {host} is another machine: letters and the password would travel in the clear"
            );
        }
        if self.smtp_tls == SmtpTls::None && self.smtp_ca.is_some() {
            bail!("smtp_ca is set, but smtp_tls is none: there is no certificate to check");
        }
        let (tls, port) = match self.smtp_tls {
            SmtpTls::Starttls => (messaging::Tls::Upgraded, 587),
            SmtpTls::Tls => (messaging::Tls::Whole, 465),
            SmtpTls::None => (messaging::Tls::None, 25),
        };
        let login = match (&self.smtp_user, &self.smtp_password) {
            (Some(user), Some(password)) => Some((user.clone(), password.clone())),
            (None, None) => None,
            _ => bail!("smtp_user and smtp_password belong together: set both or none"),
        };
        Ok(Some(messaging::Smtp {
            host: host.clone(),
            port: self.smtp_port.unwrap_or(port),
            tls,
            ca: self.smtp_ca.clone(),
            login,
            from: from.clone(),
            hello: self.smtp_hello.clone().unwrap_or_else(|| self.host()),
        }))
    }

    /// The host of `public_url`.
    fn host(&self) -> String {
        let rest = self.public_url.split("://").nth(1).unwrap_or_default();
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        if host.is_empty() { "localhost" } else { host }.to_owned()
    }

    /// The provider of identities, if one is set.
    ///
    /// # Errors
    /// An issuer without a client, or over a way that others read.
    pub fn provider(&self) -> anyhow::Result<Option<identity::Provider>> {
        let Some(issuer) = &self.oidc_issuer else {
            return Ok(None);
        };
        let Some(client_id) = &self.oidc_client_id else {
            bail!("oidc_issuer and oidc_client_id belong together: set both or none");
        };
        if !issuer.starts_with("https://") && !issuer.starts_with("http://127.0.0.1:") {
            bail!("oidc_issuer is {issuer}, but secrets travel there: it must begin with https://");
        }
        Ok(Some(identity::Provider::new(identity::ProviderSetup {
            name: self.oidc_name.clone(),
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: self.oidc_client_secret.clone(),
            redirect: format!("{}/login/provider/back", self.public_url),
        })))
    }

    /// From whom the second factor is asked where an organisation says nothing.
    pub fn factor_default(&self) -> identity::FactorDefault {
        match self.second_factor {
            SecondFactor::Offered => identity::FactorDefault::Offered,
            SecondFactor::Obligatory => identity::FactorDefault::Obligatory {
                grace: chrono::Duration::days(self.second_factor_grace_days.into()),
            },
        }
    }

    /// The master keys of sealed values. Nothing starts without them, so that
    /// nothing is ever stored in the clear.
    pub fn keyring(&self) -> anyhow::Result<Keyring> {
        match (&self.keys_file, &self.keys) {
            (Some(_), Some(_)) => bail!("set keys_file or keys, not both"),
            (Some(file), None) => {
                Keyring::read(file).with_context(|| format!("the file of keys {}", file.display()))
            }
            (None, Some(text)) => Keyring::parse(text).context("ZVONOK_KEYS"),
            (None, None) => bail!(
                "no keys for restricted data: make a file with `zvonok keys new FILE`, keep it apart from the database, \
                 and set keys_file (ZVONOK_KEYS_FILE)"
            ),
        }
    }

    /// What the server must promise.
    pub fn durability(&self) -> db::Durability {
        if self.accept_no_checksums {
            db::Durability::KeptUnchecked
        } else {
            db::Durability::Kept
        }
    }

    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, variables: &[(&str, &str)]) -> anyhow::Result<Config> {
        let config = Config::from_parts(text, |key| {
            variables
                .iter()
                .find(|it| it.0 == key)
                .map(|it| it.1.to_owned())
        })?;
        config.check()?;
        Ok(config)
    }

    #[test]
    fn a_variable_wins_over_the_file() {
        let config = load("connections = 4", &[("ZVONOK_CONNECTIONS", "7")]).unwrap();
        assert_eq!(config.connections, 7);
        assert_eq!(config.durability(), db::Durability::Kept);
        let accepted = load("", &[("ZVONOK_ACCEPT_NO_CHECKSUMS", "true")]).unwrap();
        assert_eq!(accepted.durability(), db::Durability::KeptUnchecked);
    }

    #[test]
    fn letters_go_over_tls_unless_the_server_is_here() {
        let text = "smtp_host = \"mail.example\"\nmail_from = \"z@mail.example\"";
        let sending = load(text, &[("ZVONOK_SMTP_PORT", "2525")])
            .unwrap()
            .sending()
            .unwrap();
        let smtp = sending.smtp.unwrap();
        assert_eq!((smtp.port, smtp.tls), (2525, messaging::Tls::Upgraded));
        assert_eq!(smtp.hello, "127.0.0.1");
        let here = [
            ("ZVONOK_SMTP_HOST", "127.0.0.1"),
            ("ZVONOK_SMTP_TLS", "none"),
            ("ZVONOK_MAIL_FROM", "z@mail.example"),
        ];
        assert!(load("", &here).is_ok());
        assert!(load("", &[]).unwrap().sending().unwrap().smtp.is_none());
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_start() {
        assert!(load("conections = 4", &[]).is_err(), "a misspelt key");
        assert!(
            load("listen = \"0.0.0.0:80\"", &[]).is_err(),
            "passwords in the clear"
        );
        assert!(load("ops_listen = \"127.0.0.1:8080\"", &[]).is_err());
        assert!(load("", &[("ZVONOK_CONNECTIONS", "many")]).is_err());
        assert!(load("", &[("ZVONOK_ACCEPT_NO_CHECKSUMS", "maybe")]).is_err());
        for half in [
            "smtp_host = \"mail.example\"",
            "mail_from = \"z@mail.example\"",
            "smtp_host = \"mail.example\"\nmail_from = \"nobody\"",
            "smtp_host = \"mail.example\"\nmail_from = \"z@mail.example\"\nsmtp_user = \"z\"",
            "smtp_host = \"mail.example\"\nmail_from = \"z@mail.example\"\nsmtp_tls = \"none\"",
            "smtp_host = \"mail.example\"\nmail_from = \"z@mail.example\"\nsmtp_tls = \"maybe\"",
            "smtp_host = \"localhost\"\nmail_from = \"z@mail.example\"\nsmtp_tls = \"none\"\nsmtp_ca = \"ca.pem\"",
        ] {
            assert!(load(half, &[]).is_err(), "{half}");
        }
        assert!(
            load(
                "listen = \"0.0.0.0:80\"\npublic_url = \"https://z.example\"",
                &[]
            )
            .is_ok()
        );
    }
}
