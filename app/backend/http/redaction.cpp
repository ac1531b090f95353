#include "app/backend/http/door.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

struct Rule {
    QRegularExpression secret;
    QString shown;
};

const std::vector<Rule> &rules()
{
    const auto folded = QRegularExpression::CaseInsensitiveOption;
    static const std::vector<Rule> all = {
        {QRegularExpression(uR"((authorization\s*[:=]\s*)[^\r\n]+)"_s, folded), uR"(\1****)"_s},
        {QRegularExpression(uR"((SharedAccessSignature\s+)[^\s"',;]+)"_s, folded), uR"(\1****)"_s},
        {QRegularExpression(uR"((Bearer\s+)[^\s"',;]+)"_s, folded), uR"(\1****)"_s},
        {QRegularExpression(uR"((SharedAccessKey\s*=\s*)[^;\s"'\\]+)"_s, folded), uR"(\1****)"_s},
        {QRegularExpression(
             uR"((\b(?:sig|client_secret|client_assertion|access_token|refresh_token|id_token)=)[^&\s"']+)"_s, folded),
            uR"(\1****)"_s},
        // Quotes may be escaped: hubs put JSON into a string of JSON.
        {QRegularExpression(
             uR"((\\*"(?:primary_?key|secondary_?key|key|access_?token|refresh_?token|id_?token|bearer_?token|)"
             uR"(client_?secret|connection_?string|shared_?access_?key|storageRootKey|password)\\*"\s*:\s*\\*")[^"\\]*(?:\\(?!")[^"\\]*)*)"_s,
             folded),
            uR"(\1****)"_s},
    };
    return all;
}

} // namespace

QString redacted(QString text)
{
    for (const Rule &rule : rules())
        text.replace(rule.secret, rule.shown);
    return text;
}

} // namespace drover::backend
