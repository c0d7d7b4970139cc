//! As much of RFC 5321 as a mail client needs.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::Mailbox;

/// A larger letter is refused.
const LARGEST: u64 = 5 * 1024 * 1024;

/// Serves connections until the task is ended.
pub(super) async fn serve(listener: TcpListener, mailbox: Mailbox) {
    while let Ok((stream, _)) = listener.accept().await {
        let mailbox = mailbox.clone();
        tokio::spawn(async move {
            if let Err(error) = talk(stream, &mailbox).await {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a connection to the mailbox broke"
                );
            }
        });
    }
}

async fn talk(stream: TcpStream, mailbox: &Mailbox) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    writer.write_all(b"220 zvonok demo ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if (&mut reader).take(4096).read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_ascii_uppercase();
        let answer: &[u8] = match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => b"250-zvonok demo\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "HELO" | "MAIL" | "RCPT" | "RSET" | "NOOP" => b"250 ok\r\n",
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                match letter(&mut reader).await? {
                    Some(raw) => {
                        mailbox.take(&raw);
                        b"250 kept\r\n"
                    }
                    None => b"552 too large\r\n",
                }
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"502 no such command\r\n",
        };
        writer.write_all(answer).await?;
    }
}

/// The letter up to the lonely dot; none where it is too large.
async fn letter(
    reader: &mut BufReader<tokio::net::tcp::OwnedReadHalf>,
) -> std::io::Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    let mut fits = true;
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.take(LARGEST).read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(fits.then_some(raw));
        }
        let plain = line.strip_prefix(b".").unwrap_or(&line);
        fits &= (raw.len() + plain.len()) as u64 <= LARGEST;
        if fits {
            raw.extend_from_slice(plain);
        }
    }
}
