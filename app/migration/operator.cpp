#include "app/migration/operator.h"

#ifdef Q_OS_UNIX
#include <pwd.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

namespace drover::migration {

QString operatorName()
{
#ifdef Q_OS_UNIX
    if (const passwd *entry = getpwuid(getuid()))
        return QString::fromLocal8Bit(entry->pw_name);
    return u"user %1"_s.arg(getuid());
#else
    return qEnvironmentVariable("USERNAME", u"unknown"_s);
#endif
}

} // namespace drover::migration
