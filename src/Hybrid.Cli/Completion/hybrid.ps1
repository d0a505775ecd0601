# Tab completion of hybrid in PowerShell: the command itself says what may come next.
# For every new shell: Add-Content $PROFILE 'hybrid completion pwsh | Out-String | Invoke-Expression'
Register-ArgumentCompleter -Native -CommandName hybrid -ScriptBlock {
    param($word, $command, $position)
    $before = $position - $command.Extent.StartOffset
    $line = $command.ToString().PadRight($before).Substring(0, $before) -replace '^\S+\s?', ''
    & $command.GetCommandName() "[suggest:$($line.Length)]" $line 2>$null | ForEach-Object {
        $text = if ($_ -match '\s') { "'$_'" } else { $_ }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}
