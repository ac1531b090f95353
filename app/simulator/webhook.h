#pragma once

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>

namespace drover::simulator {

/// POSTs a JSON body to a URL, http or https, and gives the answer to `answered`; the status is 0 if there is none.
/// The system's CAs are trusted, those that SSL_CERT_FILE names, and those of `authorities`, PEM.
void callWebhook(boost::asio::io_context &io, std::string url, std::string authorities, std::string body,
    std::function<void(int status, const std::string &body)> answered);

} // namespace drover::simulator
