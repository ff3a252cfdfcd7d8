//! Whose address a request comes from when it comes through a proxy.

use axum::http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// The address of the client: the peer's own, or, when the peer is a trusted proxy, the last hop of
/// `X-Forwarded-For` that is none. What stands further left was said by the client and may be invented.
#[must_use]
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|t| t.to_canonical() == *address);
    let mut client = peer.to_canonical();
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(address)
        .collect::<Vec<_>>();
    for hop in hops.into_iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        let Some(hop) = hop else { break };
        client = hop;
    }
    client
}

/// Some proxies name the port too.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = || text.parse().map(|socket: SocketAddr| socket.ip());
    let address: IpAddr = text.parse().or_else(|_| with_port()).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_what_trusted_proxies_say_is_believed() {
        let of = |peer: &str, said: &[&'static str], trusted: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            let trusted: Vec<IpAddr> = trusted.iter().map(|text| text.parse().unwrap()).collect();
            client(peer.parse().unwrap(), &headers, &trusted).to_string()
        };
        let (proxy, other) = ("127.0.0.1", "10.0.0.9");
        assert_eq!(of(proxy, &["7.7.7.7"], &[]), proxy);
        assert_eq!(of("6.6.6.6", &["7.7.7.7"], &[proxy]), "6.6.6.6");
        assert_eq!(of(proxy, &["1.1.1.1, 7.7.7.7"], &[proxy]), "7.7.7.7");
        assert_eq!(of(proxy, &["1.1.1.1", "7.7.7.7"], &[proxy]), "7.7.7.7");
        let both = [proxy, other];
        assert_eq!(of(proxy, &["7.7.7.7, 10.0.0.9"], &both), "7.7.7.7");
        assert_eq!(of("::ffff:127.0.0.1", &["7.7.7.7:80"], &both), "7.7.7.7");
        assert_eq!(of(proxy, &["[2001:db8::1]:80"], &both), "2001:db8::1");
        // Nothing of use is said: the last that is known.
        assert_eq!(of(proxy, &[], &both), proxy);
        assert_eq!(of(proxy, &["7.7.7.7, unknown, 10.0.0.9"], &both), other);
    }
}
