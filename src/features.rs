//! The pages, one folder per area. They do not know each other; what several of them show is in
//! [`shared`].

pub mod articles;
pub mod complaint;
pub mod complaints;
pub mod customer;
pub mod customers;
pub mod feedback;
pub mod home;
pub mod request;
pub mod review;
pub mod services;
pub mod settings;
pub mod shared;
pub mod sign_in;
pub mod start;
pub mod survey;
pub mod surveys;
pub mod ticket;
pub mod tickets;
pub mod unsent;
