//! The network between devices and server, and everything that can go wrong in it.

use crate::device::Place;
use crate::profile::Backend;
use crate::server::{Reply, Request};
use crate::text::http_date;
use crate::world::{Happening, World};
use rapport_connector::HttpReply;
use rapport_sync::backoff::Rng;
use rapport_sync::{CallId, Event, NetFault};

/// A backend that ignores keys is never later than this after the sender has given up; beyond it
/// nobody could promise anything (the settle window of the engine's configuration is 20 s).
const LATEST: u64 = 18_000;

/// How often what goes wrong, in percent of requests.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    drop_request: u64,
    drop_reply: u64,
    late: u64,
    double: u64,
    slow: u64,
    broken_before: u64,
    broken_after: u64,
    busy: u64,
    html: u64,
    cut: u64,
    garbage: u64,
}

impl Weather {
    pub fn fair() -> Self {
        Self::default()
    }

    pub fn draw(rng: &mut Rng) -> Self {
        let mut rate = |most: u64| match rng.up_to(2) {
            0 => 0,
            _ => rng.up_to(most),
        };
        Self {
            drop_request: rate(20),
            drop_reply: rate(25),
            late: rate(15),
            double: rate(20),
            slow: rate(20),
            broken_before: rate(10),
            broken_after: rate(10),
            busy: rate(10),
            html: rate(10),
            cut: rate(10),
            garbage: rate(5),
        }
    }
}

/// Where an answer goes, and what becomes of it on the way.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To this call.
    To(Place, CallId, Fate),
    /// Nowhere: the sender has given up, or it is a copy.
    Nowhere,
}

/// What becomes of an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Whole,
    Broken,
    Html,
    Cut,
    Garbage,
}

/// How a call ends for its tab.
#[derive(Clone, Debug)]
pub enum Outcome {
    Reply(Reply),
    Fault(NetFault),
}

impl World {
    /// A tab sends a request.
    pub fn send(&mut self, place: Place, id: CallId, request: Request, timeout: u64) {
        self.totals.calls += 1;
        let writes = request.method != "GET";
        self.note(|| format!("{place:?} {id:?} {} {}", request.method, request.url));
        if !self.calm && !self.devices[place.device].online {
            let fault = match self.rng.up_to(1) {
                0 => NetFault::NotSent,
                _ => NetFault::Lost,
            };
            let wait = self.between(1, 500);
            return self.after(wait, Happening::Settle(place, id, Outcome::Fault(fault)));
        }
        self.after(
            timeout,
            Happening::Settle(place, id, Outcome::Fault(NetFault::Lost)),
        );
        let weather = self.weather.clone();
        if self.chance(weather.drop_request) {
            return self.give_up_early(place, id);
        }
        if self.chance(weather.broken_before) {
            let status = [500, 502, 503, 504][self.rng.up_to(3) as usize];
            return self.answer(place, id, Reply::problem(status, "broken"));
        }
        if self.chance(weather.busy) {
            let reply = self.busy_reply();
            return self.answer(place, id, reply);
        }
        if self.chance(weather.html) {
            return self.answer(place, id, portal());
        }
        if writes && self.chance(weather.late) {
            return self.send_late(place, id, request);
        }
        if writes && self.backend == Backend::HonoursKeys && self.chance(weather.double) {
            let wait = match self.rng.up_to(1) {
                0 => self.between(0, 200),
                _ => self.between(200, 300_000),
            };
            self.after(wait, Happening::Arrive(request.clone(), Answer::Nowhere));
        }
        let wait = match self.chance(weather.slow) {
            true => self.between(1_000, 12_000),
            false => self.between(5, 100),
        };
        if self.chance(weather.drop_reply) {
            self.give_up_early(place, id);
            return self.after(wait, Happening::Arrive(request, Answer::Nowhere));
        }
        let fate = match () {
            () if self.chance(weather.broken_after) => Fate::Broken,
            () if self.chance(weather.html / 2) => Fate::Html,
            () if self.chance(weather.cut) => Fate::Cut,
            () if self.chance(weather.garbage) => Fate::Garbage,
            () => Fate::Whole,
        };
        self.after(
            wait,
            Happening::Arrive(request, Answer::To(place, id, fate)),
        );
    }

    /// The sender sees a reset at once, or waits for its timeout.
    fn give_up_early(&mut self, place: Place, id: CallId) {
        if self.chance(60) {
            let wait = self.between(10, 5_000);
            let fault = Outcome::Fault(NetFault::Lost);
            self.after(wait, Happening::Settle(place, id, fault));
        }
    }

    /// The sender gives up before the server is done.
    fn send_late(&mut self, place: Place, id: CallId, request: Request) {
        let gives_up = self.between(10, 2_000);
        let fault = Outcome::Fault(NetFault::Lost);
        self.after(gives_up, Happening::Settle(place, id, fault));
        let late = gives_up + self.between(0, LATEST);
        if let Some(key) = request.key() {
            self.server.busy.insert(key.to_owned());
        }
        self.after(late, Happening::Late(request));
    }

    pub fn late(&mut self, request: &Request) {
        if let Some(key) = request.key() {
            self.server.busy.remove(key);
        }
        let reply = self.server.handle(self.now, request);
        self.check_replaced(request.device);
        self.note(|| {
            format!(
                "late at the server: {} {} → {}",
                request.method, request.url, reply.status
            )
        });
        self.hint();
    }

    pub fn arrive(&mut self, request: Request, answer: Answer) {
        let reply = self.server.handle(self.now, &request);
        self.check_replaced(request.device);
        self.note(|| {
            let body = String::from_utf8_lossy(&request.body);
            format!(
                "at the server: {} {} {body} → {}",
                request.method, request.url, reply.status
            )
        });
        if request.method != "GET" && reply.status < 300 {
            self.hint();
        }
        let Answer::To(place, id, fate) = answer else {
            return;
        };
        let reply = match fate {
            Fate::Whole => reply.with("date", http_date(self.now)),
            Fate::Broken => Reply::problem(500, "broken"),
            Fate::Html => portal(),
            Fate::Cut => Reply {
                body: reply.body[..reply.body.len() / 2].to_vec(),
                ..reply
            },
            // The class of an error lies in its body; of a success, nothing does.
            Fate::Garbage if reply.status >= 300 => reply,
            Fate::Garbage => Reply {
                body: b"{\"hello\":1}".to_vec(),
                ..reply
            },
        };
        self.answer(place, id, reply);
    }

    fn answer(&mut self, place: Place, id: CallId, reply: Reply) {
        let wait = self.between(5, 100);
        self.after(wait, Happening::Settle(place, id, Outcome::Reply(reply)));
    }

    fn busy_reply(&mut self) -> Reply {
        let status = [429, 503][self.rng.up_to(1) as usize];
        let seconds = self.between(1, 40);
        let until = match self.rng.up_to(2) {
            0 => return Reply::problem(status, "busy"),
            1 => seconds.to_string(),
            _ => http_date(self.now + seconds * 1_000),
        };
        Reply::problem(status, "busy")
            .with("date", http_date(self.now))
            .with("retry-after", until)
    }

    /// A call ends for its tab; only the first end counts.
    pub fn settle(&mut self, place: Place, id: CallId, outcome: Outcome) {
        let Some(tab) = self.devices[place.device].tab(place) else {
            return;
        };
        if !tab.calls.remove(&id) {
            return;
        }
        let reply = match outcome {
            Outcome::Fault(fault) => Err(fault),
            Outcome::Reply(reply) => Ok(HttpReply {
                status: reply.status,
                headers: reply.headers,
                body: reply.body,
            }),
        };
        self.hear(place, Event::Reply(id, reply));
    }
}

/// What a captive portal says to everything.
fn portal() -> Reply {
    Reply {
        status: 200,
        headers: vec![("content-type".into(), "text/html".into())],
        body: b"<!doctype html><title>Welcome to our Wi-Fi</title>".to_vec(),
    }
}
