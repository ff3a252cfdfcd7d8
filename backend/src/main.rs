//! The program `rapport-backend`.

use clap::Parser;
use rapport_backend::config::{Cli, Command, UserCommand};
use rapport_backend::db::{Db, Purpose, accounts};
use rapport_backend::{import, logging, password, serve};
use std::error::Error;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start(cli.log_format, cli.log_level);
    match run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Serve(config) => {
            let mut server = serve(config).await?;
            say(&format!("listening on {}", server.url()))?;
            server.until_told_to_end().await;
            server.end().await;
        }
        Command::User(UserCommand::Add(wish)) => {
            let hash = password::hash(&read_password(wish.password_stdin)?)?;
            let db = Db::open(&wish.database, Purpose::Command).await?;
            let id = accounts::add(&db, &wish, &hash).await?;
            db.close().await;
            say(&format!("added {} ({id})", wish.login))?;
        }
        Command::User(UserCommand::Password(wish)) => {
            let hash = password::hash(&read_password(wish.password_stdin)?)?;
            let db = Db::open(&wish.database, Purpose::Command).await?;
            accounts::set_password(&db, &wish.login, &hash).await?;
            db.close().await;
            say(&format!("password of {} set", wish.login))?;
        }
        Command::Import(config) => {
            let db = Db::open(&config.database, Purpose::Command).await?;
            let outcome = import::run(&db, &config.file).await;
            db.close().await;
            say(&outcome?.to_string())?;
        }
    }
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn read_password(from_stdin: bool) -> Result<String, Box<dyn Error>> {
    let password = if from_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else if std::io::stdin().is_terminal() {
        let first = rpassword::prompt_password("Password: ")?;
        if first != rpassword::prompt_password("Once more: ")? {
            return Err("the two passwords differ: try again".into());
        }
        first
    } else {
        return Err("no terminal to ask for the password: use --password-stdin".into());
    };
    if password.chars().count() < 8 {
        return Err("the password is too short: use at least 8 characters".into());
    }
    Ok(password)
}
