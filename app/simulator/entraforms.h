#pragma once

#include "app/simulator/text.h"

#include <map>

namespace drover::simulator {

using FormFields = std::map<std::string, std::string>;

/// The fields of an application/x-www-form-urlencoded body.
FormFields formFields(std::string body);
std::string formText(const FormFields &fields);
std::string field(const FormFields &fields, const std::string &name);
std::string htmlText(std::string_view text);
/// The page that hands an answer on with a POST of its own.
std::string postingPage(const std::string &target, const FormFields &fields);
std::string plainPage(const std::string &title, const std::string &html);
/// http://localhost:PORT/PATH and its kin, or the address that native clients share.
bool isNativeRedirect(std::string_view uri);
std::string sha256(std::string_view text);

} // namespace drover::simulator
