#include "app/migration/lease.h"

#include "app/migration/journal.h"

namespace drover::migration {

Lease::Lease(Journal &journal, QString run, Until until)
    : m_journal(&journal)
    , m_run(std::move(run))
    , m_until(std::move(until))
{
}

Lease &Lease::operator=(Lease &&other) noexcept
{
    std::swap(m_journal, other.m_journal);
    std::swap(m_run, other.m_run);
    std::swap(m_until, other.m_until);
    return *this;
}

Lease::~Lease()
{
    if (m_until && m_journal)
        m_journal->release(m_run);
}

bool Lease::isFresh() const
{
    return sleeplessNow() < *m_until;
}

} // namespace drover::migration
