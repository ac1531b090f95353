#include "app/migration/lease.h"

#include "app/migration/journal.h"

namespace drover::migration {

Lease::Lease(Journal &journal, QString run, std::shared_ptr<Term> term)
    : m_journal(&journal)
    , m_run(std::move(run))
    , m_term(std::move(term))
{
}

Lease &Lease::operator=(Lease &&other) noexcept
{
    std::swap(m_journal, other.m_journal);
    std::swap(m_run, other.m_run);
    std::swap(m_term, other.m_term);
    return *this;
}

Lease::~Lease()
{
    if (m_term && m_journal)
        m_journal->release(m_run);
}

bool Lease::isFresh() const
{
    return sleeplessNow() < m_term->until;
}

int Lease::sharers() const
{
    return m_term->sharers;
}

} // namespace drover::migration
