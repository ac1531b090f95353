#include "app/engine/rulesfile.h"

#include "app/engine/profile.h"
#include "app/engine/setfile.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

constexpr qint64 largestRules = 1024 * 1024;

} // namespace

Result<QString> rulesPath(const QString &dpsHost)
{
    Result<QString> folder = dataFolder();
    return folder ? Result<QString>(u"%1/rules/%2.json"_s.arg(*folder, dpsHost.toLower())) : folder;
}

Result<std::shared_ptr<const fleet::Rules>> rulesFor(const QString &dpsHost, const QString &file)
{
    QString path = file;
    if (path.isEmpty()) {
        const Result<QString> usual = rulesPath(dpsHost);
        if (!usual || !QFile::exists(*usual))
            return std::shared_ptr<const fleet::Rules>();
        path = *usual;
    }
    const Result<QByteArray> text = readFile(path, largestRules);
    if (!text)
        return Failure(text.error());
    const Result<fleet::Rules> rules = fleet::rulesFromJson(*text);
    if (!rules)
        return fail(ErrorKind::Usage, u"%1: %2"_s.arg(path, rules.error().what), rules.error().remedy);
    return std::make_shared<const fleet::Rules>(*rules);
}

} // namespace drover::engine
