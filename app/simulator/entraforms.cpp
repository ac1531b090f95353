#include "app/simulator/entraforms.h"

#include <openssl/sha.h>

#include <algorithm>

namespace drover::simulator {

FormFields formFields(std::string body)
{
    std::ranges::replace(body, '+', ' ');
    FormFields fields;
    for (const std::string &pair : split(body, '&')) {
        const std::size_t equals = pair.find('=');
        if (equals != std::string::npos)
            fields[percentDecode(pair.substr(0, equals))] = percentDecode(pair.substr(equals + 1));
    }
    return fields;
}

std::string formText(const FormFields &fields)
{
    std::string text;
    for (const auto &[name, value] : fields)
        text += (text.empty() ? "" : "&") + percentEncode(name) + "=" + percentEncode(value);
    return text;
}

std::string field(const FormFields &fields, const std::string &name)
{
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

std::string htmlText(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string plainPage(const std::string &title, const std::string &html)
{
    return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + htmlText(title)
        + "</title></head><body>" + html + "</body></html>";
}

std::string postingPage(const std::string &target, const FormFields &fields)
{
    std::string inputs;
    for (const auto &[name, value] : fields)
        inputs += "<input type=\"hidden\" name=\"" + htmlText(name) + "\" value=\"" + htmlText(value) + "\">";
    return plainPage("Working...",
        "<form method=\"POST\" action=\"" + htmlText(target) + "\">" + inputs
            + "<noscript><button>Continue</button></noscript></form><script>document.forms[0].submit();</script>");
}

bool isNativeRedirect(std::string_view uri)
{
    if (uri == "https://login.microsoftonline.com/common/oauth2/nativeclient")
        return true;
    for (const std::string_view start : {"http://localhost", "http://127.0.0.1"}) {
        if (!uri.starts_with(start))
            continue;
        std::string_view rest = uri.substr(start.size());
        if (rest.starts_with(':')) {
            rest.remove_prefix(1);
            const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
            if (digits == 0)
                return false;
            rest.remove_prefix(digits);
        }
        return (rest.empty() || rest.starts_with('/')) && !rest.contains('#');
    }
    return false;
}

std::string sha256(std::string_view text)
{
    std::string result(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(),
        reinterpret_cast<unsigned char *>(result.data()));
    return result;
}

} // namespace drover::simulator
