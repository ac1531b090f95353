#pragma once

#include "app/simulator/http.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace drover::simulator {

/// From Beast's messages to ours, and from ours to the wire.
using RequestMessage = boost::beast::http::request<boost::beast::http::string_body>;

Request requestFrom(RequestMessage message);
/// An answer's status line and headers as they go over the wire; version is 10 or 11.
std::string headOf(const Response &response, unsigned version, bool keepAlive);
/// The first half of an answer as it goes over the wire.
std::string halfOf(const Response &response);
/// What a request that cannot be read is answered with, if at all.
std::optional<int> statusFor(const boost::system::error_code &error);

} // namespace drover::simulator
