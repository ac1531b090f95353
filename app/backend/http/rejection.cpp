#include "app/backend/http/door.h"

#include <nlohmann/json.hpp>

#include <QLocale>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

using Json = nlohmann::json;

/// What an error body told.
struct Told {
    int code = 0;
    QString symbol;
    QString message;
};

struct Symbol {
    QLatin1StringView name;
    int code;
};

/// Names the hub uses instead of numbers in the plain form of its errors.
constexpr std::array symbols = {Symbol{"ArgumentInvalid"_L1, 400004}, Symbol{"IotHubFormatError"_L1, 400006},
    Symbol{"DeviceDefinedMultipleTimes"_L1, 400011}, Symbol{"EtagDoesNotMatch"_L1, 400023},
    Symbol{"IotHubUnauthorizedAccess"_L1, 401002}, Symbol{"IotHubUnauthorized"_L1, 401003},
    Symbol{"IotHubQuotaExceeded"_L1, 403002}, Symbol{"DeviceMaximumQueueDepthExceeded"_L1, 403004},
    Symbol{"IotHubMaxCbsTokenExceeded"_L1, 403008}, Symbol{"TierNotSupported"_L1, 403010},
    Symbol{"DeviceDisabled"_L1, 403012}, Symbol{"DeviceNotFound"_L1, 404001}, Symbol{"JobNotFound"_L1, 404002},
    Symbol{"IotHubFailingOver"_L1, 404012}, Symbol{"DeviceNotOnline"_L1, 404103},
    Symbol{"DeviceConnectionClosedRemotely"_L1, 404104}, Symbol{"DeviceAlreadyExists"_L1, 409001},
    Symbol{"LinkCreationConflict"_L1, 409002}, Symbol{"DeviceLocked"_L1, 409102}, Symbol{"JobAlreadyExists"_L1, 409104},
    Symbol{"PreconditionFailed"_L1, 412001}, Symbol{"DeviceMessageLockLost"_L1, 412002},
    Symbol{"TooManyDevices"_L1, 413002}, Symbol{"ThrottlingException"_L1, 429001}, Symbol{"Throttling"_L1, 429001},
    Symbol{"ThrottlingBacklogLimitExceeded"_L1, 429002}, Symbol{"ThrottlingBacklogTimeout"_L1, 429003},
    Symbol{"ThrottlingMaxActiveJobCountExceeded"_L1, 429004}, Symbol{"DeviceThrottlingLimitExceeded"_L1, 429005},
    Symbol{"ServerError"_L1, 500001}, Symbol{"ServiceUnavailable"_L1, 503001}, Symbol{"ServerBusy"_L1, 503005},
    Symbol{"DeviceTimeout"_L1, 504101}};

int numberOf(const QString &symbol)
{
    bool isNumber = false;
    if (const int number = symbol.toInt(&isNumber); isNumber)
        return number;
    const auto found = std::ranges::find_if(symbols, [&](const Symbol &known) { return known.name == symbol; });
    return found == symbols.end() ? 0 : found->code;
}

QString textOf(const Json &object, const char *name)
{
    const auto member = object.find(name);
    if (member == object.end())
        return {};
    if (member->is_string())
        return QString::fromStdString(member->get<std::string>());
    return member->is_number_integer() ? QString::number(member->get<qint64>()) : QString();
}

Told told(const Json &body);

/// The hub's `Message`: a whole JSON text, or "ErrorCode:Name;what".
Told toldByHub(const QString &message)
{
    if (message.startsWith(u'{'))
        return told(Json::parse(message.toStdString(), nullptr, false));
    Told result;
    result.message = message;
    if (message.startsWith("ErrorCode:"_L1)) {
        const qsizetype end = message.indexOf(u';');
        result.symbol = message.sliced(10, (end < 0 ? message.size() : end) - 10);
        result.message = end < 0 ? QString() : message.sliced(end + 1);
        result.code = numberOf(result.symbol);
    }
    return result;
}

Told told(const Json &body)
{
    if (!body.is_object())
        return {};
    if (body.contains("Message"))
        return toldByHub(textOf(body, "Message"));
    if (const auto inner = body.find("error"); inner != body.end() && inner->is_object())
        return told(*inner);
    Told result;
    result.symbol = textOf(body, body.contains("errorCode") ? "errorCode" : "code");
    result.code = numberOf(result.symbol);
    result.message = textOf(body, "message");
    return result;
}

Told told(const HttpResponse &response)
{
    Told result = told(
        Json::parse(response.body.constData(), response.body.constData() + response.body.size(), nullptr, false));
    if (result.code == 0) {
        const QString symbol = QString::fromUtf8(response.header("iothub-errorcode"));
        result.code = numberOf(symbol);
        if (result.symbol.isEmpty())
            result.symbol = symbol;
    }
    result.message = redacted(result.message.simplified().left(300));
    return result;
}

ErrorKind kindOf(int status, int code)
{
    switch (code) {
    case 404012: // the hub is failing over: the device is where it was
        return ErrorKind::Offline;
    case 403002: // the day's messages are used up
    case 403004:
    case 403010: // not in this edition
    case 403012: // the device is disabled
        return ErrorKind::Rejected;
    default:
        break;
    }
    switch (status) {
    case 401:
    case 403:
        return ErrorKind::Unauthorized;
    case 404:
        return ErrorKind::NotFound;
    case 409:
    case 412:
        return ErrorKind::Conflict;
    case 429:
        return ErrorKind::Throttled;
    default:
        return status >= 500 || status == 408 ? ErrorKind::Offline : ErrorKind::Rejected;
    }
}

std::optional<std::chrono::seconds> retryAfter(const HttpResponse &response)
{
    const QByteArray text = response.header("Retry-After").trimmed();
    bool isNumber = false;
    if (const int seconds = text.toInt(&isNumber); isNumber && seconds >= 0)
        return std::chrono::seconds(seconds);
    const QDateTime until = httpDate(text);
    const QDateTime sent = httpDate(response.header("Date"));
    if (until.isValid() && sent.isValid())
        return std::chrono::seconds(std::max<qint64>(sent.secsTo(until), 0));
    return std::nullopt;
}

/// "The device is not online (404103)" or, when nothing was told, the bare status.
QString detail(const HttpResponse &response, const Told &said)
{
    const QString number = said.code ? QString::number(said.code) : said.symbol;
    const QString message = said.message.isEmpty() ? u"no reason was given"_s : said.message;
    return number.isEmpty() ? u"%1 (HTTP %2)"_s.arg(message).arg(response.status)
                            : u"%1 (HTTP %2, %3)"_s.arg(message).arg(response.status).arg(number);
}

void describe(Error &error, const QString &host, const QString &detail)
{
    switch (error.kind) {
    case ErrorKind::Unauthorized:
        error.what = error.status == 403 ? u"%1 does not permit this: %2"_s.arg(host, detail)
                                         : u"The key for %1 was refused: %2"_s.arg(host, detail);
        error.remedy = u"Check the policy and key for %1 and what the policy may do, then connect again."_s.arg(host);
        break;
    case ErrorKind::NotFound:
        error.what = u"%1 does not know it: %2"_s.arg(host, detail);
        error.remedy = u"Look again: it may have been moved or deleted meanwhile."_s;
        break;
    case ErrorKind::Conflict:
        error.what = error.status == 412 ? u"The record at %1 is not the one that was read: %2"_s.arg(host, detail)
                                         : u"%1 already has such a record: %2"_s.arg(host, detail);
        error.remedy = u"Read it again, compare, and decide anew."_s;
        break;
    case ErrorKind::Throttled:
        error.what = u"%1 gets more calls than it takes: %2"_s.arg(host, detail);
        error.remedy = u"Wait, or give this run a smaller share of the quota."_s;
        break;
    case ErrorKind::Offline:
        error.what = u"%1 could not answer: %2"_s.arg(host, detail);
        error.remedy = u"Try again in a while; look at the service's health if it lasts."_s;
        break;
    default:
        error.what = u"%1 said no: %2"_s.arg(host, detail);
        error.remedy = u"Correct what the answer names."_s;
    }
}

} // namespace

QDateTime httpDate(const QByteArray &text)
{
    QDateTime moment = QLocale::c().toDateTime(QString::fromLatin1(text), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
    moment.setTimeSpec(Qt::UTC);
    return moment;
}

Error rejection(const HttpResponse &response, const QString &what)
{
    const Told said = told(response);
    Error error;
    error.kind = kindOf(response.status, said.code);
    error.status = response.status;
    error.code = said.code;
    error.retryAfter = retryAfter(response);
    describe(error, what, detail(response, said));
    return error;
}

} // namespace drover::backend
