#pragma once

#include "app/simulator/http.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace drover::simulator {

/// Between Beast's messages and ours.
using RequestMessage = boost::beast::http::request<boost::beast::http::string_body>;
using AnswerMessage = boost::beast::http::response<boost::beast::http::string_body>;

Request requestFrom(const RequestMessage &message);
AnswerMessage answerFrom(const Response &response, unsigned version, bool keepAlive, bool head);
/// The first half of an answer as it goes over the wire.
std::string halfOf(const Response &response);
/// What a request that cannot be read is answered with, if at all.
std::optional<int> statusFor(const boost::system::error_code &error);

} // namespace drover::simulator
